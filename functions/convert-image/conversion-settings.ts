/** The JSON of CONVERSION_SETTINGS. Importable without sharp, so that the CDK app can fill the variable from the defaults. */
import { createHash } from 'node:crypto';
import { z } from 'zod';

const seconds = z.number().positive();

/** The longest side a WebP file can have. https://developers.google.com/speed/webp/faq */
const webpSide = 16_383;

/** Seconds of an invocation that are for its start, hashing and uploads. */
export const storingSeconds = 5;

const renditionSettingsSchema = z.object({
  /** The rendition fits a square of so many pixels a side; a smaller source is not enlarged. */
  side: z.number().int().min(1).max(webpSide),
  /** WebP quality, 1–100. */
  quality: z.number().int().min(1).max(100).default(80),
});

export const conversionSettingsSchema = z.object({
  /** By name; `large` is the one whose address the platform shows. */
  renditions: z
    .record(z.string().regex(/^[a-z][a-z0-9-]*$/), renditionSettingsSchema)
    .refine((renditions) => 'large' in renditions, 'expected a rendition named large')
    .default({ large: { side: 1600, quality: 80 }, thumb: { side: 400, quality: 80 } }),
  /**
   * WebP effort, 0–6. One 6 MP JPEG to 1200 px takes 107 ms and 110 KB at 2, 185 ms and 106 KB at 4: the last 4 % of
   * the bytes would cost 70 % more CPU.
   */
  effort: z.number().int().min(0).max(6).default(2),
  /** `keep` converts up to `maxFrames` frames; an animation of more becomes its first frame. */
  animation: z.enum(['first-frame', 'keep']).default('first-frame'),
  maxFrames: z.number().int().positive().default(100),
  /**
   * Pixels of all frames that are decoded together, as imgproxy counts and limits them. 49 MP took at most 140 MB as
   * JPEG or WebP, 220 MB as 16-bit TIFF, 415 MB as progressive JPEG, 565 MB as interlaced 16-bit PNG, 970 MB as AVIF and
   * 1,320 MB as 12-bit AVIF.
   */
  maxPixels: z.number().int().positive().default(50_000_000),
  /** Longest side of a source in pixels. */
  maxSide: z.number().int().positive().default(32_767),
  /** Of the file, as sent and as unpacked. */
  maxBytes: z.number().int().positive().default(30_000_000),
  /**
   * Of what is in the file besides pixels (text, EXIF, XMP, ICC profiles), unpacked. libvips needs up to seven times as
   * much memory. The layers of a Photoshop TIFF count; libtiff itself ends at 26 MB of them.
   */
  maxMetadataBytes: z.number().int().positive().default(25_000_000),
  maxRedirects: z.number().int().nonnegative().default(5),
  /** Ports that may be fetched from, besides the exempt hosts'. */
  ports: z.array(z.number().int().min(1).max(65_535)).default([80, 443]),
  /** One fetch, all its redirects included, ends after `total`, however slowly bytes drip. */
  timeouts: z
    .object({
      connect: seconds.default(5),
      headers: seconds.default(10),
      idle: seconds.default(10),
      total: seconds.default(30),
      /** Decoding and encoding, all renditions together. */
      conversion: seconds.default(20),
    })
    .prefault({}),
  userAgent: z.string().min(1).default('supplier-import/1.0 (product image importer)'),
});
export type ConversionSettings = z.infer<typeof conversionSettingsSchema>;

/** Goes up when the same source and settings would give other pixels: every image gets a new URL when it is next converted. */
const conversionVersion = 1;

/**
 * What stands for an output in its object key: 128 bits, in hex, over the source's SHA-256, every setting that changes
 * the output, and the version of the conversion.
 */
export function outputHash(sourceSha256: string, settings: ConversionSettings): string {
  const { renditions, effort, animation, maxFrames } = settings;
  const sorted = Object.entries(renditions).sort(([a], [b]) => (a < b ? -1 : 1));
  const output = JSON.stringify([conversionVersion, sourceSha256, sorted, effort, animation, maxFrames]);
  return createHash('sha256').update(output).digest('hex').slice(0, 32);
}
