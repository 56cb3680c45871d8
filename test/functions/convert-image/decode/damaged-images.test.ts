import { describe, expect, it } from 'vitest';
import { useHostileCdn } from '../../../support/hostile-cdn.ts';
import { createConverter } from '../../../support/hostile-cdn-client.ts';
import { picture, tiffOf } from '../../../support/hostile-cdn-images.ts';

const source = () => picture(320, 240);
const files = {
  jpeg: await source().jpeg().toBuffer(),
  'progressive jpeg': await source().jpeg({ progressive: true }).toBuffer(),
  png: await source().png().toBuffer(),
  gif: await source().gif().toBuffer(),
  webp: await source().webp().toBuffer(),
  avif: await source().avif({ effort: 0 }).toBuffer(),
  tiff: await source().tiff({ compression: 'lzw' }).toBuffer(),
};
type Name = keyof typeof files;
const names = Object.keys(files) as Name[];

async function convertBytes(bytes: Buffer) {
  const cdn = await useHostileCdn();
  const { convert, written } = createConverter({ allowedHosts: [cdn.host] });
  return { ...(await convert(cdn.serve('/damaged', bytes))), written: written.size };
}

describe('a file that ends before its last pixel', () => {
  it.each(names.flatMap((name) => [0.2, 0.5, 0.95].map((part) => [name, part] as const)))(
    'is TRUNCATED_IMAGE: %s, cut at %s',
    async (name, part) => {
      const bytes = files[name].subarray(0, Math.floor(files[name].length * part));
      expect(await convertBytes(bytes)).toMatchObject({ result: 'TRUNCATED_IMAGE', blip: false, written: 0 });
    },
  );

  it.each(names)('is refused with a code after its first 30 bytes: %s', async (name) => {
    const { result } = await convertBytes(files[name].subarray(0, 30));
    expect(result).toMatch(/^(TRUNCATED_IMAGE|CORRUPT_IMAGE)$/);
  });
});

/** Of a height whose last rows the decoder reads by themselves, without the marker that would end it. */
const jpegOf = async (height: number, chromaSubsampling: string) =>
  (await picture(90, height).jpeg({ chromaSubsampling }).toBuffer()).subarray(0, -2);
const heights = [1, 8, 9, 16, 17, 24, 25, 32, 33, 40].flatMap((height) =>
  ['4:4:4', '4:2:0'].map((sampling) => [height, sampling] as const),
);

describe('a JPEG without its end marker', () => {
  it.each(heights)('is converted where it has all pixels: %s rows, %s', async (height, sampling) => {
    expect(await convertBytes(await jpegOf(height, sampling))).toMatchObject({ result: 'converted' });
  });

  it.each(heights)('is TRUNCATED_IMAGE where the last ones are missing: %s rows, %s', async (height, sampling) => {
    const bytes = (await jpegOf(height, sampling)).subarray(0, -12);
    expect(await convertBytes(bytes)).toMatchObject({ result: 'TRUNCATED_IMAGE', written: 0 });
  });

  it('is TRUNCATED_IMAGE where its coding tells nothing of missing pixels', async () => {
    const bytes = Buffer.from(files.jpeg.subarray(0, files.jpeg.indexOf(Buffer.from([0xff, 0xda])) + 200));
    // Arithmetic instead of Huffman coding: noise, which a decoder takes for a picture.
    bytes[bytes.indexOf(Buffer.from([0xff, 0xc0])) + 1] = 0xc9;
    expect(await convertBytes(bytes)).toMatchObject({ result: 'TRUNCATED_IMAGE', written: 0 });
  });
});

it.each([
  ['TIFF', tiffOf(300, 200)],
  ['BigTIFF', tiffOf(300, 200, { big: true })],
])('is TRUNCATED_IMAGE where its directory comes first: %s', async (_, tiff) => {
  expect(await convertBytes(tiff)).toMatchObject({ result: 'converted' });
  for (const part of [0.1, 0.5, 0.99]) {
    const bytes = tiff.subarray(0, tiff.length * part);
    expect(await convertBytes(bytes)).toMatchObject({ result: 'TRUNCATED_IMAGE', written: 0 });
  }
});

describe('damage that costs no pixel', () => {
  const jpeg = files.jpeg;
  const progressive = files['progressive jpeg'];
  const stray = Buffer.from([1, 2, 3, 4, 5, 6, 7]);
  const firstSegment = 4 + jpeg.readUInt16BE(4);
  it.each<[string, Buffer]>([
    ['a JPEG without its end marker', jpeg.subarray(0, -2)],
    ['a progressive JPEG without its end marker', progressive.subarray(0, -2)],
    [
      'stray bytes between JPEG segments',
      Buffer.concat([jpeg.subarray(0, firstSegment), stray, jpeg.subarray(firstSegment)]),
    ],
    [
      'stray bytes before the end of a JPEG',
      Buffer.concat([progressive.subarray(0, -2), stray, progressive.subarray(-2)]),
    ],
    ['a PNG without its end chunk', files.png.subarray(0, -12)],
    ...names.map((name): [string, Buffer] => [
      `text after the end of ${name}`,
      Buffer.concat([files[name], Buffer.from('<html>')]),
    ]),
  ])('is read past: %s', async (_, bytes) => {
    expect(await convertBytes(bytes)).toMatchObject({ result: 'converted', written: 2 });
  });
});

it.each(['png', 'avif'] as const)('names an overwritten middle CORRUPT_IMAGE: %s', async (name) => {
  const bytes = Buffer.from(files[name]);
  bytes.fill(0x55, Math.floor(bytes.length / 2), Math.floor(bytes.length / 2) + 100);
  expect(await convertBytes(bytes)).toMatchObject({ result: 'CORRUPT_IMAGE', blip: false });
});

it('names a file that is only a signature CORRUPT_IMAGE or TRUNCATED_IMAGE', async () => {
  for (const signature of [
    '\xff\xd8\xff\xe0',
    '\x89PNG\r\n\x1a\n\0\0\0\rIHDR',
    'RIFF\x10\0\0\0WEBPVP8 ',
    'II*\0\x08\0\0\0',
  ]) {
    const { result } = await convertBytes(Buffer.from(signature, 'latin1'));
    expect({ signature, result }).toEqual({ signature, result: expect.stringMatching(/^(TRUNCATED|CORRUPT)_IMAGE$/) });
  }
});
