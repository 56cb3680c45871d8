import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { ImageFormat } from '../../../../functions/convert-image/inspect/file-kinds.ts';
import { limitMetadata } from '../../../../functions/convert-image/inspect/metadata-limit.ts';
import { useHostileCdn } from '../../../support/hostile-cdn.ts';
import { createConverter, hastySettings } from '../../../support/hostile-cdn-client.ts';
import { picture } from '../../../support/hostile-cdn-images.ts';
import { type HeavyFile, heavyFiles } from './heavy-files/heavy-files.ts';

type Format = Exclude<ImageFormat, 'svg'>;
const formats = Object.keys(heavyFiles) as Format[];
const kinds = formats.flatMap((format) =>
  Object.entries<HeavyFile>(heavyFiles[format]).map(([kind, { make }]) => ({ format, kind, make })),
);
const limits = { maxMetadataBytes: 1_000_000 };

async function convert(bytes: Buffer, settings = {}) {
  const cdn = await useHostileCdn();
  const { convert } = createConverter({ allowedHosts: [cdn.host], settings: { maxBytes: 30_000_000, ...settings } });
  return convert(cdn.serve('/a', bytes));
}

describe.each(kinds)('$format with $kind', ({ format, make }) => {
  it('passes where it has little', () => {
    expect(() => limitMetadata(make(2, 1000), format, limits)).not.toThrow();
  });

  it('is METADATA_TOO_LARGE where it has more than the limit', async () => {
    const bytes = make(30, 60_000);
    expect(() => limitMetadata(bytes, format, limits)).toThrow(
      'Text, EXIF, XMP or ICC profiles of more than 1000000 bytes, unpacked, are in the file.',
    );
    expect(await convert(bytes, limits)).toMatchObject({ result: 'METADATA_TOO_LARGE', blip: false });
  });
});

it('converts the text, EXIF, XMP and profile that any camera writes', async () => {
  const written = picture(80, 60).withExif({ IFD0: { Copyright: 'A. Maker', Artist: 'B' } });
  const withAll = written
    .withXmp(`<x:xmpmeta xmlns:x="adobe:ns:meta/">${' '.repeat(9000)}</x:xmpmeta>`)
    .withIccProfile('p3');
  for (const format of ['jpeg', 'png', 'webp', 'avif', 'tiff'] as const) {
    const bytes = await withAll.clone().toFormat(format).toBuffer();
    expect((await sharp(bytes).metadata()).icc).toBeDefined();
    expect((await convert(bytes, { maxMetadataBytes: 50_000 })).result).toBe('converted');
  }
});

it.each([
  ['text chunks that unpack to 3.9 GB', heavyFiles.png.zTXt, 990, 7_900_000],
  ['items that are the same 20 MB', heavyFiles.avif.XMP, 99, 20_000_000],
])('refuses within a second or two what took libvips gigabytes: %s', async (_, { make }, count, size) => {
  const attempt = await convert(make(count, size), { maxMetadataBytes: hastySettings.maxMetadataBytes });
  expect(attempt).toMatchObject({ result: 'METADATA_TOO_LARGE', blip: false });
  expect(attempt.seconds).toBeLessThan(4);
});

it.each(formats)(
  'holds a process below 1,200 MB, whatever %s files it converts',
  { timeout: 120_000 },
  async (format) => {
    const script = join(import.meta.dirname, 'convert-heavy-files.ts');
    const { stdout } = await promisify(execFile)(process.execPath, [script, format, '30']);
    const { results, peakMegabytes } = JSON.parse(stdout);
    expect(results).toMatchObject({ converted: expect.any(Number), METADATA_TOO_LARGE: expect.any(Number) });
    // ConvertImage has 1,769 MB. Several hundred of these are the generated files themselves.
    expect(peakMegabytes).toBeLessThan(1200);
  },
);
