import sharp from 'sharp';

/** Read from buffers only: no loader may open a file. */
const wanted = ['Jpeg', 'Png', 'Nsgif', 'Webp', 'Heif', 'Tiff', 'Svg'];

/**
 * libvips's other loaders by their classes, with which the classes under them are blocked: those of sharp's binaries, and
 * what a libvips that somebody builds may have besides. Not "all, then the wanted ones back": libvips is shared by the
 * threads of a process, and one of them may be about to decode.
 */
export const blockedLoaders = [
  ...['Csv', 'Jp2k', 'Matrix', 'Openslide', 'Pdf', 'Raw', 'Uhdr', 'Vips'],
  ...['Analyze', 'Dcraw', 'Fits', 'Jxl', 'Magick', 'Magick7', 'Mat', 'Nifti', 'Openexr', 'Ppm', 'Rad'],
  ...wanted.flatMap((format) => [`${format}File`, `${format}Source`]),
].map((loader) => `VipsForeignLoad${loader}`);

/** libvips with the few decoders that are wanted: what else it can read (PDF, OpenSlide, raw files …) is attack surface. */
export function restrictDecoders(): void {
  sharp.block({ operation: blockedLoaders });
  // An image is converted once: a cache of operations would only keep memory.
  sharp.cache(false);
  // WebP is encoded on one thread whatever this is, and the renditions are encoded beside each other: no gain at 2.
  sharp.concurrency(1);
}
