/**
 * Converting images: functions/convert-image beside sharp by itself, on the sample supplier's pictures.
 *
 * Timed: convertImage from the downloaded bytes to the renditions' bytes: what the file is, its size, decoding, both
 * renditions, hashing. Not timed: drawing the pictures, fetching and storing (the dependencies hand over bytes and take
 * them), starting Node and sharp (50 images before the first round are not counted).
 *
 * Reference: bare-sharp.ts, both ways, with the same settings on the same bytes, as many images at once, on the same
 * thread pool of the same process, libvips set up the same.
 */
import { conversionSettingsSchema } from '../functions/convert-image/conversion-settings.ts';
import { convertImage, type Dependencies } from '../functions/convert-image/convert-image.ts';
import { laptopConcurrency } from '../local/laptop-settings.ts';
import { type Bench, expectEqual } from './bench.ts';
import {
  decodeOnce,
  drawPictures,
  inParallel,
  type Picture,
  pipelinePerRendition,
  prepareSharp,
} from './images/bare-sharp.ts';
import { interleave, secondsOf } from './measure/measure.ts';
import { compared } from './measure/report.ts';

export const convert: Bench = {
  name: 'convert',
  about: 'images/s of convert-image beside sharp by itself',
  async run({ sizes, show }) {
    show('drawing pictures');
    const pictures = await drawPictures(2026, sizes.images);
    const settings = conversionSettingsSchema.parse({});
    prepareSharp();
    const contestant = (name: string, work: (picture: Picture) => Promise<unknown>) => async (round: number) => {
      show(`round ${round + 1} of ${sizes.rounds}: ${name}`);
      return { seconds: await secondsOf(() => inParallel(pictures, laptopConcurrency, work)) };
    };
    await inParallel(pictures.slice(0, 50), laptopConcurrency, ({ bytes }) => decodeOnce(bytes, settings));
    const { ours, perRendition, once } = await interleave(sizes.rounds, {
      ours: contestant('convert-image', (picture) => convertPicture(picture, settings)),
      perRendition: contestant('a pipeline per rendition', ({ bytes }) => pipelinePerRendition(bytes, settings)),
      once: contestant('decoding once', ({ bytes }) => decodeOnce(bytes, settings)),
    });
    const rate = ({ seconds }: { seconds: number }) => pictures.length / seconds;
    return {
      bench: 'convert',
      figures: [
        compared('convert-image', rate(ours), 'images/s', { name: 'sharp, decoding once', value: rate(once) }),
        compared('', rate(ours), 'images/s', { name: 'sharp, a pipeline per rendition', value: rate(perRendition) }),
      ],
      notes: [
        `${pictures.length} images, ${laptopConcurrency} at once, ${Object.keys(settings.renditions).length} renditions, effort ${settings.effort}; medians of ${sizes.rounds} rounds.`,
      ],
    };
  },
};

async function convertPicture({ image, bytes }: Picture, settings: Dependencies['settings']): Promise<void> {
  const item = {
    imageId: 1,
    sourceUrl: `https://cdn.bench.example${image.path}`,
    supplierCode: 'bench',
    attempt: 1,
    etag: null,
    lastModified: null,
    headers: {},
    allowSvg: false,
  };
  const outcome = await convertImage(item, {
    settings,
    baseUrl: 'https://images.bench.example',
    fetchImage: async () => ({ status: 'fetched', bytes, etag: null, lastModified: null }),
    writeRendition: async () => {},
  });
  expectEqual(`outcome of ${image.path}`, outcome.status, 'converted');
}
