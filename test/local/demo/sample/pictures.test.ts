import { createHash } from 'node:crypto';
import sharp, { type Metadata } from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { createStudio } from '../../../../local/demo/sample/pictures.ts';
import { pixelBomb } from '../../../../local/demo/sample/pixel-bomb.ts';
import {
  fittedSize,
  type PictureKind,
  type SampleImage,
  sampleImages,
} from '../../../../local/demo/sample/sample-images.ts';

const images = sampleImages({ seed: 3, count: 330 });
const sides = images.map(({ width, height }) => Math.max(width, height));

function imageOf(kind: PictureKind): SampleImage {
  const image = images.find((candidate) => candidate.kind === kind);
  if (image === undefined) throw new Error(`No ${kind} among ${images.length} images`);
  return image;
}

it('plans the same images for the same seed, however many', () => {
  expect(sampleImages({ seed: 3, count: 20 })).toEqual(images.slice(0, 20));
  expect(sampleImages({ seed: 4, count: 20 })).not.toEqual(images.slice(0, 20));
});

it('has pictures from 300 to 3000 pixels, mostly small', () => {
  expect(Math.min(...sides)).toBeGreaterThanOrEqual(300);
  expect(Math.max(...sides)).toBeGreaterThan(2980);
  expect(Math.max(...sides)).toBeLessThanOrEqual(3000);
  expect(sides.filter((side) => side > 1200).length).toBeGreaterThan(5);
  expect(sides.filter((side) => side <= 1200).length).toBeGreaterThan(300);
});

it('draws every picture in its size and with bytes of its own', async () => {
  const draw = createStudio(3);
  const digests = new Set<string>();
  for (const image of images) {
    const file = await draw(image);
    const { width, height } = await sharp(file).metadata();
    expect({ path: image.path, width, height }).toEqual({
      path: image.path,
      width: image.width,
      height: image.height,
    });
    digests.add(createHash('sha256').update(file).digest('hex'));
  }
  expect(digests.size).toBe(images.length);
});

describe('kinds', () => {
  const draw = createStudio(3);
  let again: typeof draw;
  beforeAll(() => {
    again = createStudio(3);
  });

  it.each<[PictureKind, Partial<Metadata>]>([
    ['jpeg', { format: 'jpeg', isProgressive: false, space: 'srgb' }],
    ['progressive jpeg', { format: 'jpeg', isProgressive: true }],
    ['rotated jpeg', { format: 'jpeg', orientation: 6 }],
    ['cmyk jpeg', { format: 'jpeg', space: 'cmyk', channels: 4 }],
    ['grey jpeg', { format: 'jpeg', channels: 1 }],
    ['png', { format: 'png', hasAlpha: false }],
    ['transparent png', { format: 'png', hasAlpha: true }],
    ['gif', { format: 'gif' }],
    ['webp', { format: 'webp' }],
    ['avif', { format: 'heif', compression: 'av1' }],
    ['tiff', { format: 'tiff', depth: 'uchar' }],
  ])('draws a %s that decodes, the same each time', async (kind, metadata) => {
    const file = await draw(imageOf(kind));
    expect(await sharp(file).metadata()).toMatchObject(metadata);
    // A flat or white picture would have no spread.
    const { channels } = await sharp(file).stats();
    expect(channels[0]?.stdev).toBeGreaterThan(5);
    expect((await again(imageOf(kind))).equals(file)).toBe(true);
  });

  it.each([1600, 400])('says what size sharp makes of them to fit %i', async (side) => {
    const every = [...new Set(images.map(({ kind }) => kind))].map(imageOf);
    const largest = images[sides.indexOf(Math.max(...sides))];
    for (const image of largest === undefined ? every : [...every, largest]) {
      const { info } = await sharp(await draw(image))
        .autoOrient()
        .resize(side, side, { fit: 'inside', withoutEnlargement: true })
        .toBuffer({ resolveWithObject: true });
      expect({ width: info.width, height: info.height }).toEqual(fittedSize(image, side));
    }
  });
});

describe('the pixel bomb', () => {
  it('is a PNG that decodes to black', async () => {
    const { data, info } = await sharp(await pixelBomb(250))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width: 250, height: 250 });
    expect(data.every((value) => value === 0)).toBe(true);
  });

  it('is 16,000 pixels wide and high in a file of less than 300 KB', async () => {
    const file = await pixelBomb(16_000);
    expect(file.length).toBeLessThan(300_000);
    expect(await sharp(file, { limitInputPixels: false }).metadata()).toMatchObject({ width: 16_000, height: 16_000 });
    await expect(sharp(file, { limitInputPixels: 50_000_000 }).stats()).rejects.toThrow('pixel limit');
  });
});
