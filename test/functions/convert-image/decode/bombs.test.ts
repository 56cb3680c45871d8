import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { useHostileCdn } from '../../../support/hostile-cdn.ts';
import { createConverter } from '../../../support/hostile-cdn-client.ts';
import { gifBomb, gifOf, picture, plain, pngBomb } from '../../../support/hostile-cdn-images.ts';

async function serveAndConvert(bytes: Buffer, settings: Parameters<typeof createConverter>[0]['settings'] = {}) {
  const cdn = await useHostileCdn();
  const { convert } = createConverter({ allowedHosts: [cdn.host], settings });
  const before = process.memoryUsage.rss();
  const attempt = await convert(cdn.serve('/bomb', bytes));
  return { ...attempt, megabytes: (process.memoryUsage.rss() - before) / 1e6 };
}

/** The dimensions in the header of a real file, overwritten where its format keeps them. */
function withSize(bytes: Buffer, offset: number, width: number, height: number, order: 'be' | 'le'): Buffer {
  const copy = Buffer.from(bytes);
  if (order === 'be') copy.writeUInt32BE(width, offset);
  else copy.writeUInt32LE(width, offset);
  if (order === 'be') copy.writeUInt32BE(height, offset + 4);
  else copy.writeUInt32LE(height, offset + 4);
  return copy;
}

async function tiffBomb(): Promise<Buffer> {
  const tiff = await plain(64, 64, '#ff0000').tiff({ compression: 'deflate' }).toBuffer();
  const copy = Buffer.from(tiff);
  const directory = copy.readUInt32LE(4);
  for (let entry = directory + 2; entry < directory + 2 + 12 * copy.readUInt16LE(directory); entry += 12) {
    // ImageWidth and ImageLength
    if ([256, 257].includes(copy.readUInt16LE(entry))) {
      copy.writeUInt16LE(4, entry + 2);
      copy.writeUInt32LE(20_000, entry + 8);
    }
  }
  return copy;
}

async function avifBomb(): Promise<Buffer> {
  const avif = await plain(64, 64, '#ff0000').avif({ effort: 0 }).toBuffer();
  return withSize(avif, avif.indexOf('ispe') + 8, 30_000, 30_000, 'be');
}

async function webpBomb(): Promise<Buffer> {
  const webp = await sharp({ create: { width: 64, height: 64, channels: 4, background: '#ff000080' } })
    .webp()
    .toBuffer();
  const copy = Buffer.from(webp);
  const canvas = copy.indexOf('VP8X') + 12;
  copy.writeUIntLE(16_382, canvas, 3);
  copy.writeUIntLE(16_382, canvas + 3, 3);
  return copy;
}

describe('a file whose header promises too many pixels', () => {
  it.each([
    ['PNG', async () => pngBomb(16_000, 16_000), /16000 × 16000/],
    ['PNG of 50 MP and a row', async () => pngBomb(10_000, 5001), /10000 × 5001/],
    ['GIF', async () => gifBomb(65_535, 1000), /65535 × 1000 pixels; expected at most 32767 a side/],
    ['GIF of 16000 a side', async () => gifBomb(16_000, 16_000), /16000 × 16000/],
    ['TIFF', tiffBomb, /20000 × 20000/],
    ['AVIF', avifBomb, /30000 × 30000/],
    ['WebP', () => plain(16_383, 3100, '#c00030').webp({ lossless: true, effort: 0 }).toBuffer(), /16383 × 3100/],
    ['PNG too wide', async () => pngBomb(32_768, 10), /at most 32767 a side/],
  ])('is TOO_MANY_PIXELS at once: %s', async (_, bomb, message) => {
    const attempt = await serveAndConvert(await bomb());
    expect(attempt).toMatchObject({ result: 'TOO_MANY_PIXELS', blip: false });
    expect(attempt.message).toMatch(message);
    expect(attempt.seconds).toBeLessThan(8);
    expect(attempt.megabytes).toBeLessThan(60);
  });

  it('is CORRUPT_IMAGE at once where the frame inside is smaller: WebP', async () => {
    const attempt = await serveAndConvert(await webpBomb());
    expect(attempt).toMatchObject({ result: 'CORRUPT_IMAGE', blip: false });
    expect(attempt.seconds).toBeLessThan(8);
    expect(attempt.megabytes).toBeLessThan(60);
  });
});

describe('animations', () => {
  it('of 10,000 frames cost no more than their first one', async () => {
    const attempt = await serveAndConvert(gifOf(500, 500, 10_000));
    expect(attempt.result).toBe('converted');
    expect(attempt.seconds).toBeLessThan(12);
    expect(attempt.megabytes).toBeLessThan(100);
  });

  it('of 10,000 frames that are to be kept are TOO_MANY_PIXELS', async () => {
    const attempt = await serveAndConvert(gifOf(500, 500, 10_000), { animation: 'keep', maxFrames: 10_000 });
    expect(attempt.result).toBe('TOO_MANY_PIXELS');
    expect(attempt.message).toContain('500 × 500 × 10000 frames');
    expect(attempt.seconds).toBeLessThan(12);
  });

  it('that are very tall become an image', async () => {
    expect((await serveAndConvert(gifOf(100, 16_384, 20), { animation: 'keep' })).result).toBe('converted');
  });
});

it('converts 49 MP within the time limit and 600 MB', async () => {
  const attempt = await serveAndConvert(pngBomb(7000, 7000));
  expect(attempt.result).toBe('converted');
  expect(attempt.megabytes).toBeLessThan(600);
});

it.each([
  [1, 1],
  [16_384, 3],
])('converts %s × %s', async (width, height) => {
  const bytes = await plain(width, height, '#102030').png().toBuffer();
  expect((await serveAndConvert(bytes)).result).toBe('converted');
});

it('gives up decoding after its time limit', async () => {
  const timeouts = { connect: 5, headers: 5, idle: 5, total: 10, conversion: 1 };
  const slow = await picture(5000, 5000).png({ compressionLevel: 0 }).toBuffer();
  const attempt = await serveAndConvert(slow, {
    timeouts,
    effort: 6,
    maxBytes: 200_000_000,
    renditions: { large: { side: 5000, quality: 100 } },
  });
  expect(attempt).toMatchObject({ result: 'CONVERSION_TIMED_OUT', blip: false });
  expect(attempt.seconds).toBeLessThan(15);
});
