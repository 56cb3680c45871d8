import sharp, { type Channels, type Sharp } from 'sharp';
import { canvas, motifCount, motifSvg } from './motifs.ts';
import { seededRandom } from './random.ts';
import type { PictureKind, SampleImage } from './sample-images.ts';

type Pixels = { data: Buffer; raw: { width: number; height: number; channels: Channels } };
/** Upright on a backdrop, the same lying on its left side, or cut out. */
type Pose = 'upright' | 'sideways' | 'cut out';

const poses: Partial<Record<PictureKind, Pose>> = { 'rotated jpeg': 'sideways', 'transparent png': 'cut out' };

/**
 * Draws the files of the sample CDN, a few milliseconds each: a few base pictures are rendered once, every file is one
 * of them in a size, hue and quality of its own. The same seed and image give the same bytes.
 */
export function createStudio(seed: number): (image: SampleImage) => Promise<Buffer> {
  const drawn = new Map<string, Promise<Pixels>>();
  const grain = grainTile(seed);
  const base = (motif: number, pose: Pose) => {
    const key = `${motif} ${pose}`;
    const pixels = drawn.get(key) ?? renderMotif(seed, motif, pose, grain);
    drawn.set(key, pixels);
    return pixels;
  };
  return async (image) => {
    const { data, raw } = await base(image.motif % motifCount, poses[image.kind] ?? 'upright');
    const picture = sharp(data, { raw })
      .resize(image.width, image.height, { fit: 'cover', kernel: 'linear' })
      .recomb(hueRotation(image.hue));
    // Recombined pixels are floats, which TIFF alone would keep.
    const pixels = image.kind === 'tiff' ? await toPixels(picture) : undefined;
    return encode(pixels === undefined ? picture : sharp(pixels.data, { raw: pixels.raw }), image).toBuffer();
  };
}

async function renderMotif(seed: number, motif: number, pose: Pose, grain: Buffer): Promise<Pixels> {
  const svg = sharp(Buffer.from(motifSvg(seed, motif, pose !== 'cut out')));
  if (pose === 'cut out') return toPixels(svg);
  const raw = { width: grainSide, height: grainSide, channels: 3 } as const;
  const photograph = svg.composite([{ input: grain, raw, tile: true, blend: 'soft-light' }]).removeAlpha();
  return toPixels(pose === 'sideways' ? photograph.rotate(270) : photograph);
}

async function toPixels(picture: Sharp): Promise<Pixels> {
  const { data, info } = await picture.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  return { data, raw: { width: info.width, height: info.height, channels: info.channels } };
}

const grainSide = canvas / 4;

/** Without the grain of a camera, pictures would be a tenth of the bytes and decode too easily. */
function grainTile(seed: number): Buffer {
  const random = seededRandom(seed, 'grain');
  const grey = Array.from({ length: grainSide * grainSide }, () => random.integer(104, 152));
  return Buffer.from(grey.flatMap((value) => [value, value, value]));
}

/** The matrix of CSS `hue-rotate()`: https://www.w3.org/TR/filter-effects-1/#feColorMatrixElement */
function hueRotation(degrees: number): [[number, number, number], [number, number, number], [number, number, number]] {
  const cos = Math.cos((degrees * Math.PI) / 180);
  const sin = Math.sin((degrees * Math.PI) / 180);
  return [
    [0.213 + cos * 0.787 - sin * 0.213, 0.715 - cos * 0.715 - sin * 0.715, 0.072 - cos * 0.072 + sin * 0.928],
    [0.213 - cos * 0.213 + sin * 0.143, 0.715 + cos * 0.285 + sin * 0.14, 0.072 - cos * 0.072 - sin * 0.283],
    [0.213 - cos * 0.213 - sin * 0.787, 0.715 - cos * 0.715 + sin * 0.715, 0.072 + cos * 0.928 + sin * 0.072],
  ];
}

function encode(picture: Sharp, { kind, quality }: SampleImage): Sharp {
  switch (kind) {
    case 'jpeg':
      return picture.jpeg({ quality });
    case 'progressive jpeg':
      return picture.jpeg({ quality, progressive: true });
    case 'rotated jpeg':
      return picture.jpeg({ quality }).withMetadata({ orientation: 6 });
    case 'cmyk jpeg':
      return picture.toColourspace('cmyk').withIccProfile('cmyk').jpeg({ quality });
    case 'grey jpeg':
      return picture.greyscale().toColourspace('b-w').jpeg({ quality });
    case 'png':
      return picture.png({ compressionLevel: 2 });
    case 'transparent png':
      return picture.png({ compressionLevel: 2 });
    case 'gif':
      return picture.gif({ effort: 1, dither: 0 });
    case 'webp':
      return picture.webp({ quality, effort: 0 });
    case 'avif':
      return picture.avif({ quality: 50, effort: 0 });
    case 'tiff':
      return picture.tiff({ compression: 'lzw' });
  }
}
