/**
 * sharp by itself with the import's settings: the reference of convert and pipeline. Two ways to write it, both
 * measured: a pipeline per rendition over the file, as sharp's documentation has it, and decoding once to the pixels of
 * the largest, as convert-image does. Both orient, scale down only, convert to sRGB and encode WebP of the same quality
 * and effort, and throw the result away; neither hashes, checks what the file is, fetches or stores.
 */
import PQueue from 'p-queue';
import sharp, { type Sharp } from 'sharp';
import type { ConversionSettings } from '../../functions/convert-image/conversion-settings.ts';
import { restrictDecoders } from '../../functions/convert-image/decode/decoders.ts';
import { createStudio } from '../../local/demo/sample/pictures.ts';
import { type SampleImage, sampleImages } from '../../local/demo/sample/sample-images.ts';

type Rendered = Promise<unknown>;

export function pipelinePerRendition(bytes: Buffer, settings: ConversionSettings): Rendered {
  return Promise.all(
    Object.values(settings.renditions).map((rendition) =>
      scaled(sharp(bytes), rendition.side).webp({ quality: rendition.quality, effort: settings.effort }).toBuffer(),
    ),
  );
}

export async function decodeOnce(bytes: Buffer, settings: ConversionSettings): Rendered {
  const renditions = Object.values(settings.renditions);
  const largest = Math.max(...renditions.map(({ side }) => side));
  const { data, info } = await scaled(sharp(bytes), largest).raw().toBuffer({ resolveWithObject: true });
  const raw = { width: info.width, height: info.height, channels: info.channels };
  return Promise.all(
    renditions.map(({ side, quality }) =>
      scaled(sharp(data, { raw }), side).webp({ quality, effort: settings.effort }).toBuffer(),
    ),
  );
}

function scaled(image: Sharp, side: number): Sharp {
  return image
    .autoOrient()
    .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb');
}

/** libvips's own threads, cache and loaders as convert-image has them: they are the process's, so for all contestants. */
export function prepareSharp(): void {
  restrictDecoders();
}

/** Works on so many items at once. */
export async function inParallel<T>(items: readonly T[], concurrency: number, work: (item: T) => Promise<unknown>) {
  const queue = new PQueue({ concurrency });
  await queue.addAll(items.map((item) => () => work(item)));
}

export type Picture = { image: SampleImage; bytes: Buffer };

/** The files of the sample supplier's CDN, drawn: the same for the same seed. */
export async function drawPictures(seed: number, count: number): Promise<Picture[]> {
  const draw = createStudio(seed);
  const pictures: Picture[] = [];
  for (const image of sampleImages({ seed, count, faults: false })) pictures.push({ image, bytes: await draw(image) });
  return pictures;
}
