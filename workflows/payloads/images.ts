/** What is converted, what became of it, and the states that do it. */
import { z } from 'zod';
import { registeredImportSchema } from './upload.ts';
import { id } from './values.ts';

/** State "Plan images". */
export const plannedImagesSchema = z.object({
  /** Number of the round, from 1; 0 before the first. */
  round: z.number().int().nonnegative(),
  /** Images to convert in this round, in the batches of the file at `key`. */
  images: z.number().int(),
  /** JSONL file whose lines are {@link imageBatchSchema}. */
  key: z.string(),
  /** Images that the import owes, those of this round among them; null before the first round. */
  left: z.number().int().nullable(),
  /** Where this round has no images: seconds until one may have some; 0: it was the last. */
  waitSeconds: z.number().int(),
  /** Rounds in a row after which no fewer images were owed than before. */
  stalled: z.number().int(),
  /** Rounds in a row that waited for other imports to leave room at a host. */
  busy: z.number().int(),
});
export type PlannedImages = z.infer<typeof plannedImagesSchema>;
/** `images` is what the round before was planned as. */
export const planImagesInputSchema = z.object({
  import: registeredImportSchema,
  images: plannedImagesSchema.optional(),
});

/** One image to convert: an element of a batch. */
export const imageItemSchema = z.object({
  imageId: id,
  sourceUrl: z.string().min(1),
  supplierCode: z.string().min(1),
  /** This attempt's number, from 1: recording it twice counts it once. */
  attempt: z.number().int().positive(),
  /** Validators of the converted version, where there is one. */
  etag: z.string().nullable(),
  lastModified: z.string().nullable(),
  /** Sent with the request, from the supplier's settings. */
  headers: z.record(z.string(), z.string()),
  allowSvg: z.boolean(),
  /** Unix time in milliseconds at which the batch is out of time: an image not begun by then is postponed. */
  notAfter: z.number().int().optional(),
});
export type ImageItem = z.infer<typeof imageItemSchema>;

const positive = z.number().int().positive();
/** Width and height in pixels, and bytes, of a WebP file: the object `{objectKey}/{name}.webp`. */
export const renditionSchema = z.tuple([positive, positive, positive]);

const outcomeOf = { imageId: id, attempt: positive };
const answered = {
  ...outcomeOf,
  /**
   * From sending the last request (after any redirects, without DNS, connecting and TLS) until its answer began; null
   * where nothing was asked or nothing came back.
   */
  firstByteMilliseconds: z.number().int().nonnegative().nullable(),
};
export const convertedOutcomeSchema = z.object({
  ...answered,
  status: z.literal('converted'),
  etag: z.string().nullable(),
  lastModified: z.string().nullable(),
  sourceSha256: z.string().length(64),
  /** Address under which the images bucket is read, without a trailing slash. */
  baseUrl: z.url(),
  objectKey: z.string(),
  /** By name. */
  renditions: z.record(z.string(), renditionSchema),
});
/** The source has not changed since it was converted: the renditions stay. */
export const notModifiedOutcomeSchema = z.object({ ...answered, status: z.literal('not_modified') });
export const failedOutcomeSchema = z.object({
  ...answered,
  status: z.literal('failed'),
  code: z.string(),
  message: z.string(),
  /** From the server's Retry-After, where it sent one. */
  retryAfterSeconds: z.number().int().nonnegative().nullable(),
});
/** What the workflow makes of a convert-image invocation that threw: record-images reads the code from it. */
export const crashedOutcomeSchema = z.object({
  ...outcomeOf,
  status: z.literal('crashed'),
  error: z.string(),
  cause: z.string(),
});
/** Not asked for: its batch is out of time, or its host wants to be left alone for so many seconds. No attempt. */
export const postponedOutcomeSchema = z.object({
  ...answered,
  status: z.literal('postponed'),
  retryAfterSeconds: z.number().int().nonnegative(),
});
export const imageOutcomeSchema = z.discriminatedUnion('status', [
  convertedOutcomeSchema,
  notModifiedOutcomeSchema,
  failedOutcomeSchema,
  crashedOutcomeSchema,
  postponedOutcomeSchema,
]);
/** State "Convert image": what became of one image. */
export type ImageOutcome = z.infer<typeof imageOutcomeSchema>;

/**
 * Input of the convertImages chain: a line of the file that plan-images writes, and the body of a queue message. The
 * images are converted one after the other.
 */
export const imageBatchSchema = z.object({
  Items: z.array(imageItemSchema).min(1),
  /** Ids of the lanes (rows of host_lanes) that the batch runs in, one per host: record-images gives them back. */
  lanes: z.array(id),
});
export type ImageBatch = z.infer<typeof imageBatchSchema>;

/** State "Record images". */
export const recordImagesInputSchema = z.object({
  outcomes: z.array(imageOutcomeSchema).min(1),
  lanes: z.array(id).default([]),
});
export const recordedImagesSchema = z.object({
  converted: z.number().int(),
  failed: z.number().int(),
});
export type RecordedImages = z.infer<typeof recordedImagesSchema>;
