import type { ConversionSettings } from './conversion-settings.ts';
import { decodingError } from './decode/decoding-errors.ts';
import { checkSize } from './decode/image-size.ts';
import { ImageError } from './image-error.ts';
import type { ImageFormat } from './inspect/file-kinds.ts';
import { identifyFile } from './inspect/image-format.ts';
import { limitMetadata } from './inspect/metadata-limit.ts';
import { refuseUnsafeSvg } from './inspect/unsafe-svg.ts';

/**
 * What a file is, where it may be decoded. Throws {@link ImageError} for what is no image, or one that its decoder is not
 * to see.
 */
export async function acceptFile(bytes: Buffer, allowSvg: boolean, settings: ConversionSettings): Promise<ImageFormat> {
  const file = await identifyFile(bytes);
  if (file.kind === 'html') throw new ImageError('HTML_PAGE', `The URL shows ${file.name}; expected an image.`);
  if (file.kind === 'text') throw new ImageError('TEXT_ANSWER', `The URL shows ${file.name}; expected an image.`);
  if (file.kind === 'other') {
    const message = `The file is ${file.name}; expected JPEG, PNG, GIF, WebP, AVIF or TIFF.`;
    throw new ImageError('UNSUPPORTED_FORMAT', message);
  }
  if (file.format !== 'svg') {
    limitMetadata(bytes, file.format, settings);
    return file.format;
  }
  if (!allowSvg) {
    throw new ImageError('UNSUPPORTED_FORMAT', 'The file is an SVG image, which is not allowed for this supplier.');
  }
  for (const raster of refuseUnsafeSvg(bytes)) await checkRaster(raster, settings);
  return 'svg';
}

/** A picture inside an SVG is decoded by librsvg, whose limits are not ours. */
async function checkRaster(bytes: Buffer, settings: ConversionSettings): Promise<void> {
  const file = await identifyFile(bytes);
  if (file.kind === 'image' && file.format !== 'svg') limitMetadata(bytes, file.format, settings);
  try {
    await checkSize(bytes, settings);
  } catch (error) {
    throw decodingError(error, bytes, 'svg', settings);
  }
}
