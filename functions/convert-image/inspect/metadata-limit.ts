import type { ConversionSettings } from '../conversion-settings.ts';
import { ImageError } from '../image-error.ts';
import type { ImageFormat } from './file-kinds.ts';
import { avifMetadata } from './metadata/avif.ts';
import { gifMetadata } from './metadata/gif.ts';
import { jpegMetadata } from './metadata/jpeg.ts';
import { pngMetadata } from './metadata/png.ts';
import { tiffMetadata } from './metadata/tiff.ts';
import { webpMetadata } from './metadata/webp.ts';

/**
 * Sizes in bytes of what a file holds besides its pixels, as its decoder has them in memory: unpacked, and as often as
 * the file refers to them. A walk ends where the file makes no sense any more: what follows is the decoder's to refuse.
 */
type Walk = (bytes: Buffer, limit: number) => Iterable<number>;

const walks: Record<Exclude<ImageFormat, 'svg'>, Walk> = {
  jpeg: jpegMetadata,
  png: pngMetadata,
  gif: gifMetadata,
  webp: webpMetadata,
  avif: avifMetadata,
  tiff: tiffMetadata,
};

/**
 * Refuses an image by the text, EXIF, XMP and ICC profiles that it carries, before libvips reads all of them with its
 * header: a PNG of 7.6 MB unpacked to 3.9 GB of text, an AVIF of 20 MB to 3 GB of items that are all the same bytes.
 * Throws {@link ImageError} METADATA_TOO_LARGE.
 */
export function limitMetadata(
  bytes: Buffer,
  format: keyof typeof walks,
  { maxMetadataBytes }: Pick<ConversionSettings, 'maxMetadataBytes'>,
): void {
  let total = 0;
  for (const size of walks[format](bytes, maxMetadataBytes)) {
    total += size;
    if (total <= maxMetadataBytes) continue;
    const message = `Text, EXIF, XMP or ICC profiles of more than ${maxMetadataBytes} bytes, unpacked, are in the file.`;
    throw new ImageError('METADATA_TOO_LARGE', message);
  }
}
