/** What is converted, what became of it, and the states that do it. */
import { z } from 'zod';
import { registeredImportSchema } from './upload.ts';
import { id } from './values.ts';

/** A line of the hosts file: an item of "Convert images", a host or several that have few images. */
export const hostGroupSchema = z.object({
  /** Number of the line, from 1. */
  group: id,
  hosts: z.array(z.string()).min(1),
});
export type HostGroup = z.infer<typeof hostGroupSchema>;

/** State "Plan images". */
export const plannedImagesSchema = z.object({
  /** Number of the plan, from 1; 0 before the first. A second one finds what the first has left. */
  round: z.number().int().nonnegative(),
  /** JSONL file whose lines are {@link hostGroupSchema}. */
  key: z.string(),
  /** Its lines; 0: nothing is left that the import will see to itself. */
  groups: z.number().int().nonnegative(),
  /** Images that the import owes; null before the first plan. */
  left: z.number().int().nullable(),
  /** Of the first plan: by then, products were written. */
  plannedAt: z.string().nullable().default(null),
});
export type PlannedImages = z.infer<typeof plannedImagesSchema>;
/** `images` is the plan before. */
export const planImagesInputSchema = z.object({ import: registeredImportSchema, images: plannedImagesSchema });

/** State "Take images", the first of a child of "Convert images". */
export const takenImagesSchema = z.object({
  /** Number of the Take, from 1; 0 before the first. */
  takes: z.number().int().nonnegative(),
  /** Takes in a row that had to wait. */
  waits: z.number().int().nonnegative(),
  /** JSONL file whose lines are {@link imageBatchSchema}. */
  key: z.string(),
  /** Its lines. */
  batches: z.number().int().nonnegative(),
  /** Batches to convert at once. */
  lanes: z.number().int().positive(),
  /** Where there are no batches: seconds until there may be some; 0: the child is done with its hosts. */
  waitSeconds: z.number().int().nonnegative(),
});
export type TakenImages = z.infer<typeof takenImagesSchema>;
/** `take` is the Take before. */
export const takeImagesInputSchema = hostGroupSchema.extend({
  import: registeredImportSchema,
  round: z.number().int().positive(),
  take: takenImagesSchema,
});
export const noTakeYet: TakenImages = { takes: 0, waits: 0, key: '', batches: 0, lanes: 1, waitSeconds: 0 };

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
  /** Unix time in milliseconds at which its Take is out of time: an image not begun by then is postponed. */
  notAfter: z.number().int().optional(),
});
export type ImageItem = z.infer<typeof imageItemSchema>;

/** State "Convert image". */
export const convertImageInputSchema = z.object({
  image: imageItemSchema,
  /** When its batch's execution started: a batch begins images for {@link batchMilliseconds}. */
  batchStartedAt: z.iso.datetime({ offset: true }),
});

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
 * Input of the convertImages chain: a line of the file that take-images writes, and the body of a queue message. The
 * images are converted one after the other.
 */
export const imageBatchSchema = z.object({
  Items: z.array(imageItemSchema).min(1),
  /** Unix time in milliseconds at which its lanes were granted: which pace of the host its outcomes speak of. */
  takenAt: z.number().int(),
  /** Holder of lanes that record-images gives back; null: an import's, which takes anew what it needs. */
  holder: z.string().nullable(),
});
export type ImageBatch = z.infer<typeof imageBatchSchema>;

/** State "Record images". */
export const recordImagesInputSchema = imageBatchSchema.pick({ takenAt: true, holder: true }).extend({
  outcomes: z.array(imageOutcomeSchema).min(1),
  batchStartedAt: z.iso.datetime({ offset: true }),
});
export const recordedImagesSchema = z.object({
  converted: z.number().int(),
  failed: z.number().int(),
});
export type RecordedImages = z.infer<typeof recordedImagesSchema>;
