import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { conversionSettingsSchema } from '../../../../functions/convert-image/conversion-settings.ts';
import { restrictDecoders } from '../../../../functions/convert-image/decode/decoders.ts';
import { renderImage } from '../../../../functions/convert-image/decode/render-image.ts';
import type { ImageFormat } from '../../../../functions/convert-image/inspect/file-kinds.ts';
import { gifOf, picture, plain, tiffOf } from '../../../support/hostile-cdn-images.ts';

restrictDecoders();
const defaults = conversionSettingsSchema.parse({});

async function render(bytes: Buffer, format: ImageFormat, settings: Partial<typeof defaults> = {}) {
  const [large, thumb] = await renderImage(bytes, format, { ...defaults, ...settings });
  if (!large || !thumb) throw new Error('expected two renditions');
  return { large, thumb, metadata: await sharp(large.bytes).metadata() };
}

/** The colour in the middle of a rendition, as sRGB. */
async function middle(bytes: Buffer): Promise<number[]> {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  const at = (Math.floor(info.height / 2) * info.width + Math.floor(info.width / 2)) * info.channels;
  return [...data.subarray(at, at + info.channels)];
}

const near = (expected: number[], tolerance = 6) => expected.map((value) => expect.closeToWithin(value, tolerance));
expect.extend({
  closeToWithin: (received: number, value: number, tolerance: number) => ({
    pass: Math.abs(received - value) <= tolerance,
    message: () => `expected ${received} to be within ${tolerance} of ${value}`,
  }),
});
declare module 'vitest' {
  interface AsymmetricMatchersContaining {
    closeToWithin: (value: number, tolerance: number) => unknown;
  }
}

describe('sizes', () => {
  it.each([
    [3000, 2000, '1600x1067', '400x267'],
    [1000, 2000, '800x1600', '200x400'],
    [1600, 1600, '1600x1600', '400x400'],
    [500, 300, '500x300', '400x240'],
    [300, 200, '300x200', '300x200'],
    [1, 1, '1x1', '1x1'],
    [16384, 10, '1600x1', '400x1'],
    [3, 20000, '1x1600', '1x400'],
  ])('%s × %s becomes %s and %s', async (width, height, large, thumb) => {
    const rendered = await render(await plain(width, height, '#336699').png().toBuffer(), 'png');
    expect(`${rendered.large.width}x${rendered.large.height}`).toBe(large);
    expect(`${rendered.thumb.width}x${rendered.thumb.height}`).toBe(thumb);
    expect(rendered.metadata).toMatchObject({
      format: 'webp',
      width: rendered.large.width,
      height: rendered.large.height,
    });
  });

  it('leave no decoded pixels behind, which V8 would collect its whole heap for', async () => {
    const source = await plain(1600, 1600, '#336699').png().toBuffer();
    const before = process.memoryUsage().external;
    await render(source, 'png');
    expect(process.memoryUsage().external - before).toBeLessThan(1600 * 1600);
  });

  it('are those of the settings, by name', async () => {
    const bytes = await picture(300, 200).jpeg().toBuffer();
    const renditions = {
      large: { side: 100, quality: 80 },
      tiny: { side: 16, quality: 50 },
      zoom: { side: 250, quality: 90 },
    };
    const rendered = await renderImage(bytes, 'jpeg', { ...defaults, renditions });
    expect(rendered.map(({ name, width }) => [name, width])).toEqual([
      ['large', 100],
      ['tiny', 16],
      ['zoom', 250],
    ]);
  });
});

it('have the quality and the effort of the settings', async () => {
  const source = await picture(200, 150).png().toBuffer();
  const bytesOf = async (settings: Partial<typeof defaults>) =>
    (await render(source, 'png', settings)).large.bytes.length;
  const renditionsOf = (quality: number) => ({ large: { side: 200, quality }, thumb: { side: 20, quality } });
  const low = await bytesOf({ renditions: renditionsOf(20) });
  expect(low).toBeLessThan(await bytesOf({ renditions: renditionsOf(95) }));
  expect(await bytesOf({ effort: 6 })).not.toBe(await bytesOf({ effort: 0 }));
});

describe('pixels', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('are upright: EXIF orientation %s', async (orientation) => {
    // Red left half, blue right half, once upright.
    const upright = await plain(80, 40, '#0000ff')
      .composite([{ input: await plain(40, 40, '#ff0000').png().toBuffer(), left: 0, top: 0 }])
      .png()
      .toBuffer();
    const turned = await disorient(upright, orientation);
    const { large, metadata } = await render(turned, 'jpeg');
    expect([large.width, large.height]).toEqual([80, 40]);
    expect(metadata.orientation).toBeUndefined();
    const [left, right] = await Promise.all(
      [10, 60].map(async (x) =>
        middle(await sharp(large.bytes).extract({ left: x, top: 10, width: 10, height: 10 }).png().toBuffer()),
      ),
    );
    expect(left).toEqual(near([254, 0, 0]));
    expect(right).toEqual(near([0, 0, 254]));
  });

  it.each(['png', 'webp', 'tiff', 'avif'] as const)('are upright: EXIF orientation 6 in %s', async (format) => {
    const bytes = await plain(40, 80, '#0000ff').withMetadata({ orientation: 6 }).toFormat(format).toBuffer();
    const { large } = await render(bytes, format);
    expect([large.width, large.height]).toEqual([80, 40]);
  });

  it.each([
    ['CMYK', () => plain(64, 64, '#c02040').toColourspace('cmyk').jpeg({ quality: 100 }), 'jpeg', [192, 32, 64], 45],
    ['Display P3', () => plain(64, 64, '#c02040').withIccProfile('p3').png(), 'png', [192, 32, 64], 6],
    ['16 bits', () => plain(64, 64, '#c02040').toColourspace('rgb16').png(), 'png', [192, 32, 64], 6],
    ['16-bit TIFF', () => plain(64, 64, '#c02040').toColourspace('rgb16').tiff(), 'tiff', [192, 32, 64], 6],
    ['grey', () => plain(64, 64, '#808080').greyscale().jpeg(), 'jpeg', [128, 128, 128], 6],
    ['16-bit grey', () => plain(64, 64, '#808080').toColourspace('grey16').png(), 'png', [128, 128, 128], 6],
    ['a palette', () => plain(64, 64, '#c02040').png({ palette: true }), 'png', [192, 32, 64], 6],
    ['progressive', () => plain(64, 64, '#c02040').jpeg({ progressive: true }), 'jpeg', [192, 32, 64], 6],
    ['AVIF', () => plain(64, 64, '#c02040').avif({ effort: 1 }), 'avif', [192, 32, 64], 8],
  ] as const)('are sRGB: %s', async (_, image, format, colour, tolerance) => {
    const { large, metadata } = await render(await image().toBuffer(), format);
    expect(metadata).toMatchObject({ space: 'srgb', depth: 'uchar', channels: 3 });
    expect(await middle(large.bytes)).toEqual(near([...colour], tolerance));
  });

  it.each(['png', 'webp', 'avif', 'gif', 'tiff'] as const)('keep their alpha: %s', async (format) => {
    const bytes = await sharp({
      create: { width: 60, height: 60, channels: 4, background: { r: 0, g: 200, b: 0, alpha: 0 } },
    })
      .composite([{ input: await plain(20, 20, '#00c800').png().toBuffer() }])
      .toFormat(format, format === 'tiff' ? { compression: 'lzw' } : {})
      .toBuffer();
    const { large, metadata } = await render(bytes, format);
    expect(metadata.hasAlpha).toBe(true);
    expect((await middle(large.bytes)).at(1)).toBeGreaterThan(190);
    const corner = await sharp(large.bytes).extract({ left: 0, top: 0, width: 4, height: 4 }).png().toBuffer();
    expect((await middle(corner)).at(-1)).toBe(0);
  });

  it('carry no metadata: no GPS, no profile, no comment', async () => {
    const bytes = await picture(50, 40)
      .withMetadata({ icc: 'p3' })
      .withExif({ IFD0: { Copyright: 'Acme' }, IFD3: { GPSLatitude: '52/1 31/1 0/1', GPSLatitudeRef: 'N' } })
      .jpeg()
      .toBuffer();
    expect((await sharp(bytes).metadata()).exif).toBeDefined();
    const { metadata, large } = await render(bytes, 'jpeg');
    expect([metadata.exif, metadata.icc, metadata.xmp, metadata.iptc]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(large.bytes.includes('Acme')).toBe(false);
  });

  it('look like the source', async () => {
    const source = await sharp(
      Buffer.from('<svg width="200" height="200"><circle cx="90" cy="80" r="60" fill="teal"/></svg>'),
    )
      .flatten({ background: 'white' })
      .jpeg({ quality: 95 })
      .toBuffer();
    const { large } = await render(source, 'jpeg');
    const [a, b] = await Promise.all(
      [source, large.bytes].map((bytes) => sharp(bytes).resize(32, 32).raw().toBuffer()),
    );
    const distance =
      [...(a ?? [])].reduce((sum, value, i) => sum + Math.abs(value - (b?.[i] ?? 255)), 0) / (32 * 32 * 3);
    expect(distance).toBeLessThan(3);
  });
});

it.each(['avis', 'mif1', 'miaf'])('reads an AVIF whose main brand is %s', async (brand) => {
  const bytes = await plain(60, 40, '#c02040').avif({ effort: 0 }).toBuffer();
  bytes.write(brand, 8, 'latin1');
  expect(await render(bytes, 'avif')).toMatchObject({ large: { width: 60, height: 40 } });
});

it.each([
  [
    'ZSTD compression',
    tiffOf(40, 30, { compression: 50_000 }),
    'ZSTD compression; expected JPEG, LZW, deflate or none',
  ],
  ['32-bit samples', tiffOf(40, 30, { bits: 32 }), 'uint samples; expected 8 or 16 bits each'],
  ['floating-point samples', tiffOf(40, 30, { bits: 32, floating: true }), 'float samples; expected 8 or 16 bits each'],
])('refuses a TIFF with %s by that name', async (_, bytes, message) => {
  const refusal = { code: 'UNSUPPORTED_FORMAT', message: expect.stringContaining(message) };
  await expect(render(bytes, 'tiff')).rejects.toMatchObject(refusal);
});

describe('animations', () => {
  const gif = gifOf(40, 30, 12);

  it('become their first frame by default, and stay animations up to the limit of frames if wanted', async () => {
    expect((await render(gif, 'gif')).metadata.pages ?? 1).toBe(1);
    const kept = await render(gif, 'gif', { animation: 'keep' });
    expect(kept.metadata).toMatchObject({ pages: 12, delay: Array(12).fill(40) });
    expect([kept.large.width, kept.large.height]).toEqual([40, 30]);
    expect((await render(gif, 'gif', { animation: 'keep', maxFrames: 11 })).metadata.pages ?? 1).toBe(1);
  });

  it('count all frames that are kept against the limit of pixels', async () => {
    const settings = { animation: 'keep', maxPixels: 40 * 30 * 11 } as const;
    await expect(render(gif, 'gif', settings)).rejects.toMatchObject({ code: 'TOO_MANY_PIXELS' });
    expect((await render(gif, 'gif', { ...settings, animation: 'first-frame' })).large.width).toBe(40);
  });
});

/** Turns pixels as a camera held so would have, and says so in EXIF. */
async function disorient(upright: Buffer, orientation: number): Promise<Buffer> {
  const image = sharp(upright);
  const turned = [2, 4, 5, 7].includes(orientation) ? image.flop() : image;
  const angle = { 3: 180, 4: 180, 5: 270, 6: 270, 7: 90, 8: 90 }[orientation] ?? 0;
  const pixels = await turned.png().toBuffer();
  return sharp(await sharp(pixels).rotate(angle).png().toBuffer())
    .withMetadata({ orientation })
    .jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
    .toBuffer();
}
