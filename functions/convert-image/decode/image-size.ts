import sharp, { type Metadata } from 'sharp';
import type { ConversionSettings } from '../conversion-settings.ts';
import { ImageError } from '../image-error.ts';

export type SizeLimits = Pick<ConversionSettings, 'animation' | 'maxFrames' | 'maxPixels' | 'maxSide'>;

/**
 * Reads the header alone: refuses what is too large, before a pixel is decoded, with TOO_MANY_PIXELS. As many frames
 * count as will be decoded: all of an animation that is kept, one of any other.
 */
export async function checkSize(
  bytes: Buffer,
  limits: SizeLimits,
): Promise<Pick<Metadata, 'format' | 'depth'> & { frames: number }> {
  // The limit is checked here, with a message that has the numbers.
  const header = await sharp(bytes, { limitInputPixels: false }).metadata();
  const { width, height, pages = 1, format, depth } = header;
  const isAnimation = (format === 'gif' || format === 'webp') && pages > 1;
  const frames = isAnimation && limits.animation === 'keep' && pages <= limits.maxFrames ? pages : 1;
  if (Math.max(width, height) > limits.maxSide) {
    const message = `The image has ${width} × ${height} pixels; expected at most ${limits.maxSide} a side.`;
    throw new ImageError('TOO_MANY_PIXELS', message);
  }
  if (width * height * frames > limits.maxPixels) {
    const size = frames === 1 ? `${width} × ${height}` : `${width} × ${height} × ${frames} frames`;
    const message = `The image has ${size} pixels; expected at most ${limits.maxPixels} in all.`;
    throw new ImageError('TOO_MANY_PIXELS', message);
  }
  return { format, depth, frames };
}
