import fc from 'fast-check';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { conversionSettingsSchema } from '../../../functions/convert-image/conversion-settings.ts';
import { convertImage } from '../../../functions/convert-image/convert-image.ts';
import { restrictDecoders } from '../../../functions/convert-image/decode/decoders.ts';
import { isImageErrorCode } from '../../../functions/shared/images/image-error-codes.ts';
import { imageItem } from '../../support/hostile-cdn-client.ts';
import { gifOf, picture } from '../../support/hostile-cdn-images.ts';

restrictDecoders();
const settings = conversionSettingsSchema.parse({ animation: 'keep', maxPixels: 4_000_000 });

const small = () => picture(48, 36);
const originals = await Promise.all([
  small().jpeg().toBuffer(),
  small().withMetadata({ orientation: 6, icc: 'p3' }).jpeg({ progressive: true }).toBuffer(),
  small().toColourspace('cmyk').jpeg().toBuffer(),
  small().png().toBuffer(),
  small().png({ palette: true, progressive: true }).toBuffer(),
  small().gif().toBuffer(),
  gifOf(48, 36, 5),
  small().webp().toBuffer(),
  picture(48, 36, 4).webp({ lossless: true }).toBuffer(),
  sharp(gifOf(48, 36, 5), { animated: true })
    .webp()
    .toBuffer(),
  small().avif({ effort: 0 }).toBuffer(),
  small().tiff({ compression: 'lzw' }).toBuffer(),
  small().tiff({ compression: 'none', tile: true, tileWidth: 16, tileHeight: 16 }).toBuffer(),
  Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M1 1h7v7z"/></svg>'),
]);

type Mutation = (bytes: Buffer) => Buffer;
const place = fc.noBias(fc.integer({ min: 0, max: 9999 })).map((at) => at / 10_000);
/** Half of the places are in the first tenth: headers are where parsers go wrong. */
const anywhere = fc.oneof(
  place,
  place.map((at) => at / 10),
);
/** Behind the signature: what lost that is refused before it is decoded. */
const at = (bytes: Buffer, where: number) =>
  Math.min(bytes.length, 12 + Math.floor(where * Math.max(bytes.length - 12, 0)));

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(anywhere, fc.nat(255)).map(
    ([where, value]): Mutation =>
      (bytes) => {
        const copy = Buffer.from(bytes);
        Buffer.from([value]).copy(copy, at(bytes, where));
        return copy;
      },
  ),
  fc.tuple(anywhere, fc.constantFrom('ffffffff', '7fffffff', '00000000', '80000000', '0000ffff')).map(
    ([where, hex]): Mutation =>
      (bytes) => {
        const copy = Buffer.from(bytes);
        Buffer.from(hex, 'hex').copy(copy, at(bytes, where));
        return copy;
      },
  ),
  anywhere.map(
    (where): Mutation =>
      (bytes) =>
        bytes.subarray(0, at(bytes, where)),
  ),
  fc.tuple(anywhere, fc.uint8Array({ minLength: 1, maxLength: 60 })).map(
    ([where, more]): Mutation =>
      (bytes) => {
        const cut = at(bytes, where);
        return Buffer.concat([bytes.subarray(0, cut), more, bytes.subarray(cut)]);
      },
  ),
  fc.tuple(anywhere, anywhere, fc.constantFrom(...originals)).map(
    ([where, from, other]): Mutation =>
      (bytes) =>
        Buffer.concat([bytes.subarray(0, at(bytes, where)), other.subarray(at(other, from))]),
  ),
);

it('makes a result or a named error of any damage to a real image, for five seconds', async () => {
  const results = new Map<string, number>();
  let written = 0;
  const property = fc.asyncProperty(
    fc.constantFrom(...originals),
    fc.array(mutation, { minLength: 1, maxLength: 6 }),
    async (original, mutations) => {
      const bytes = mutations.reduce((damaged, mutate) => mutate(damaged), original);
      const start = performance.now();
      const outcome = await convertImage(
        { ...imageItem('https://cdn.example.com/a.jpg'), allowSvg: true },
        {
          settings,
          baseUrl: 'https://images.example.com',
          fetchImage: async () => ({ status: 'fetched', bytes, etag: null, lastModified: null }),
          writeRendition: async () => {
            written += 1;
          },
        },
      );
      const result = outcome.status === 'failed' ? outcome.code : outcome.status;
      expect(result === 'converted' || isImageErrorCode(result)).toBe(true);
      expect(performance.now() - start).toBeLessThan(10_000);
      results.set(result, (results.get(result) ?? 0) + 1);
    },
  );
  // A failure prints its seed and path; the time limit alone is no failure.
  await fc.assert(property, { numRuns: 1_000_000, interruptAfterTimeLimit: 5_000, endOnFailure: true });
  expect([...results.keys()]).toEqual(expect.arrayContaining(['converted', 'CORRUPT_IMAGE', 'TRUNCATED_IMAGE']));
  expect(written).toBe(2 * (results.get('converted') ?? 0));
});
