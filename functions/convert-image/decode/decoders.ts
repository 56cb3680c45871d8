import sharp from 'sharp';

/**
 * libvips with the few decoders that are wanted: what else the prebuilt binaries can read (PDF, Magick, FITS, Matlab,
 * OpenSlide, raw files …) is attack surface. Buffers only: no loader may open a file.
 */
export function restrictDecoders(): void {
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({
    operation: [
      'VipsForeignLoadJpegBuffer',
      'VipsForeignLoadPngBuffer',
      'VipsForeignLoadNsgifBuffer',
      'VipsForeignLoadWebpBuffer',
      'VipsForeignLoadHeifBuffer',
      'VipsForeignLoadTiffBuffer',
      'VipsForeignLoadSvgBuffer',
    ],
  });
  // An image is converted once: a cache of operations would only keep memory.
  sharp.cache(false);
  // WebP is encoded on one thread whatever this is, and the renditions are encoded beside each other: no gain at 2.
  sharp.concurrency(1);
}
