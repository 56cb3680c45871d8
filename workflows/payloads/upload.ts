/** What starts an import, and what register-import makes of it. */
import { z } from 'zod';
import { id } from './values.ts';

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
  /** When the object was created, ISO 8601; whole seconds on AWS. */
  uploadedAt: z.iso.datetime({ offset: true }),
  /** S3's own order of the versions of one key, hexadecimal: see `sortableSequencer`. */
  sequencer: z.string().regex(/^[0-9a-f]{1,40}$/i),
});
export type Upload = z.infer<typeof uploadSchema>;

export const productImportInputSchema = z.object({ upload: uploadSchema });

export const executionSchema = z.object({ arn: z.string().min(1), name: z.string().min(1) });

/** Bytes of what is known of a registered import as JSON, at most: nearly all of it is the supplier's `column_mapping`. */
export const registeredImportBytes = 64 * 1024;
export const registeredImportSchema = z.object({
  importId: id,
  supplierId: id,
  supplierCode: z.string(),
  feedMode: z.enum(['partial', 'full']),
  columnMapping: z.record(z.string(), z.string()),
  currency: z.string().length(3),
  locale: z.string(),
  executionName: z.string(),
  /** The address under which images lie that the supplier gives as names or paths. */
  imageBaseUrl: z.string().nullable().default(null),
});
export type RegisteredImport = z.infer<typeof registeredImportSchema>;
