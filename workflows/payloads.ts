/** The input and output of every state, and the lines of the files that pass between them. */
import { z } from 'zod';

const id = z.number().int().positive();
const hash = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);

/** One version of an object in the uploads bucket: the input of ProductImport. */
export const uploadSchema = z.object({
  bucket: z.string().min(1),
  key: z.string().min(1),
  /** S3 version id, or the event's sequencer in an unversioned bucket: identifies the drop. */
  versionId: z.string().min(1),
  /** S3 version id to read, null in an unversioned bucket. */
  objectVersionId: z.string().nullable(),
  /** Without quotes; guards the read in an unversioned bucket. */
  etag: z.string(),
  /** Bytes. */
  size: z.number().int().nonnegative(),
  /** When the object was created, ISO 8601. */
  uploadedAt: z.iso.datetime({ offset: true }),
});
export type Upload = z.infer<typeof uploadSchema>;

export const productImportInputSchema = z.object({ upload: uploadSchema });

export const executionSchema = z.object({ arn: z.string().min(1), name: z.string().min(1) });

/** State "Register import". */
export const registerImportInputSchema = z.object({ upload: uploadSchema, execution: executionSchema });
export const registeredImportSchema = z.object({
  importId: id,
  supplierId: id,
  supplierCode: z.string(),
  feedMode: z.enum(['partial', 'full']),
  columnMapping: z.record(z.string(), z.string()),
  currency: z.string().length(3),
  locale: z.string(),
  executionName: z.string(),
});
export type RegisteredImport = z.infer<typeof registeredImportSchema>;

/** State "Parse spreadsheet". */
export const parseSpreadsheetInputSchema = z.object({ upload: uploadSchema, import: registeredImportSchema });
export const problemSummarySchema = z.object({
  code: z.string(),
  severity: z.enum(['error', 'warning']),
  count: z.number().int().positive(),
  /** The first of its kind, as one sentence with sheet, row and column. */
  example: z.string(),
});
export const parsedSpreadsheetSchema = z.object({
  /** Name of the recognised convention, e.g. `shopify`; `template` for the project's own. */
  format: z.string(),
  rows: z.object({ read: z.number().int(), rejected: z.number().int() }),
  products: z.number().int(),
  /** Lines of the manifest: chunks of products. */
  chunks: z.number().int(),
  /** JSONL file whose lines are {@link productChunkSchema}: the items of "Write products". */
  manifestKey: z.string(),
  problems: z.object({
    errors: z.number().int(),
    warnings: z.number().int(),
    /** The most frequent kinds, at most 10. */
    top: z.array(problemSummarySchema).max(10),
  }),
});
export type ParsedSpreadsheet = z.infer<typeof parsedSpreadsheetSchema>;

const decimal = z.string().regex(/^-?\d{1,10}(\.\d{1,4})?$/);
const measure = z.string().regex(/^\d{1,11}(\.\d{1,3})?$/);
const attributes = z.record(z.string(), z.string());

export const importedVariantSchema = z.object({
  key: z.string().min(1),
  sku: z.string().nullable(),
  barcode: z.string().nullable(),
  options: z.record(z.string(), z.string()),
  price: decimal.nullable(),
  cost: decimal.nullable(),
  msrp: decimal.nullable(),
  quantity: z.number().int().nullable(),
  weightGrams: measure.nullable(),
  attributes,
});
export type ImportedVariant = z.infer<typeof importedVariantSchema>;

export const importedImageSchema = z.object({
  /** Normalised, see `normaliseImageUrl`. */
  url: z.string().min(1),
  /** First 128 bits of the SHA-256 of `url`, as a uuid. */
  urlHash: hash,
  alt: z.string().nullable(),
});
export type ImportedImage = z.infer<typeof importedImageSchema>;

/** A line of a chunk file: one product as parsed, in the database's units. */
export const importedProductSchema = z.object({
  code: z.string().min(1),
  title: z.string().min(1),
  description: z.string().nullable(),
  brand: z.string().nullable(),
  categoryPath: z.string().nullable(),
  tags: z.array(z.string()),
  price: decimal.nullable(),
  cost: decimal.nullable(),
  msrp: decimal.nullable(),
  currency: z.string().regex(/^[A-Z]{3}$/),
  weightGrams: measure.nullable(),
  lengthMm: measure.nullable(),
  widthMm: measure.nullable(),
  heightMm: measure.nullable(),
  attributes,
  active: z.boolean(),
  variants: z.array(importedVariantSchema).min(1),
  images: z.array(importedImageSchema),
  /** First 128 bits of the SHA-256 of all of the above, as a uuid. */
  contentHash: hash,
});
export type ImportedProduct = z.infer<typeof importedProductSchema>;

/** A line of the manifest: one chunk file of products. */
export const productChunkSchema = z.object({
  chunk: z.number().int().nonnegative(),
  key: z.string().min(1),
  products: z.number().int().positive(),
});
export type ProductChunk = z.infer<typeof productChunkSchema>;

/** State "Write product chunk", the child of "Write products". */
export const writeProductsInputSchema = z.object({
  upload: uploadSchema,
  import: registeredImportSchema,
  chunk: productChunkSchema,
});
export const writtenProductsSchema = z.object({
  created: z.number().int(),
  updated: z.number().int(),
  unchanged: z.number().int(),
});
export type WrittenProducts = z.infer<typeof writtenProductsSchema>;

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

export const renditionSchema = z.object({
  key: z.string(),
  url: z.string(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  bytes: z.number().int().positive(),
});

const outcomeOf = { imageId: id, attempt: z.number().int().positive() };
export const convertedOutcomeSchema = z.object({
  ...outcomeOf,
  status: z.literal('converted'),
  etag: z.string().nullable(),
  lastModified: z.string().nullable(),
  sourceSha256: z.string().length(64),
  objectKey: z.string(),
  renditions: z.record(z.string(), renditionSchema),
});
/** The source has not changed since it was converted: the renditions stay. */
export const notModifiedOutcomeSchema = z.object({ ...outcomeOf, status: z.literal('not_modified') });
export const failedOutcomeSchema = z.object({
  ...outcomeOf,
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
  ...outcomeOf,
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

/** State "Finish import". */
export const finishImportInputSchema = z.object({
  upload: uploadSchema,
  import: registeredImportSchema,
  parsed: parsedSpreadsheetSchema,
});
/** summary.json, and the detail of the event `Import finished`. */
export const importSummarySchema = z.object({
  status: z.enum(['completed', 'completed_with_problems', 'failed']),
  supplier: z.string().nullable(),
  file: z.string(),
  executionArn: z.string(),
  uploadedAt: z.string(),
  startedAt: z.string(),
  finishedAt: z.string(),
  format: z.string().nullable(),
  rows: z.object({ read: z.number().int(), rejected: z.number().int() }),
  products: z.object({
    created: z.number().int(),
    updated: z.number().int(),
    unchanged: z.number().int(),
    deactivated: z.number().int(),
  }),
  images: z.object({
    distinct: z.number().int(),
    converted: z.number().int(),
    failed: z.number().int(),
    waiting: z.number().int(),
    /** Images not converted, by error code. */
    errors: z.record(z.string(), z.number().int()),
  }),
  problems: z.object({
    errors: z.number().int(),
    warnings: z.number().int(),
    top: z.array(problemSummarySchema),
  }),
  /** Object keys in the reports bucket, where written. */
  reports: z.object({ summary: z.string(), problems: z.string().nullable(), rejected: z.string().nullable() }),
  error: z.object({ name: z.string(), message: z.string() }).nullable(),
});
export type ImportSummary = z.infer<typeof importSummarySchema>;

/** State "Fail import": the execution's input and what was caught. */
export const failImportInputSchema = z.object({
  upload: uploadSchema,
  execution: executionSchema,
  error: z.object({ Error: z.string(), Cause: z.string() }),
});
/** Error and Cause of the Fail state, and the summary for the event. */
export const failedImportSchema = z.object({
  error: z.string(),
  cause: z.string(),
  summary: importSummarySchema,
});

/** Event of sweep-images: the schedule sends `{}`; an operator may look ahead. */
export const sweepInputSchema = z.object({
  /** Treat images due within this many seconds from now as due. */
  dueWithinSeconds: z.number().int().nonnegative().default(0),
  /** Puts images that were given up back first: all, or those of a supplier, of an error code, or of both. */
  retryFailed: z
    .strictObject({ supplier: z.string().min(1).optional(), code: z.string().min(1).optional() })
    .optional(),
});
export const sweepResultSchema = z.object({
  /** Messages accepted by the queue. */
  queued: z.number().int(),
  /** Images claimed and let go again as SQS refused their message. */
  released: z.number().int(),
  /** Images left that were due, as their hosts had no lane for them: another sweep may take them in some minutes. */
  due: z.number().int(),
  /** Images that wait for a later sweep. */
  waiting: z.number().int(),
  /** Given-up images that `retryFailed` put back. */
  retried: z.number().int(),
  /** Images whose message ended in the dead-letter queue, or was lost: failed with QUEUE_POISONED. */
  poisoned: z.number().int(),
  /** Replaced objects whose grace period was over. */
  removed: z.number().int(),
});
export type SweepResult = z.infer<typeof sweepResultSchema>;
