/**
 * The input and output of the states of ProductImport, in the order in which they run. Step Functions takes 256 KiB of
 * JSON between two states: `$.upload` is below 8 KiB (S3's keys and version ids have 1,024 bytes), what a state adds below
 * the bound beside its schema, and what was caught below 64 KiB. All together is below 220 KiB.
 */
import { z } from 'zod';
import { plannedImagesSchema } from './images.ts';
import { productChunkSchema } from './product.ts';
import { importSummarySchema, problemSummarySchema, rowCountsSchema } from './summary.ts';
import { executionSchema, registeredImportSchema, uploadSchema } from './upload.ts';

export const productImportInputSchema = z.object({ upload: uploadSchema });

/** State "Register import". */
export const registerImportInputSchema = z.object({ upload: uploadSchema, execution: executionSchema });

/** State "Parse spreadsheet". */
export const parseSpreadsheetInputSchema = z.object({ upload: uploadSchema, import: registeredImportSchema });
/** Bytes of the state's result as JSON, at most, whatever is in the file. */
export const parsedSpreadsheetBytes = 32 * 1024;
export const parsedSpreadsheetSchema = z.object({
  /** Name of the recognised convention, e.g. `shopify`; `template` for the project's own. */
  format: z.string(),
  rows: rowCountsSchema,
  products: z.number().int(),
  /** Lines of the manifest: chunks of products. */
  chunks: z.number().int(),
  /** JSONL file whose lines are {@link productChunkSchema}: the items of "Write products". */
  manifestKey: z.string(),
  /** When all of it was written; missing in executions of the version before. */
  parsedAt: z.string().optional(),
  problems: z.object({
    errors: z.number().int(),
    warnings: z.number().int(),
    /** The most frequent kinds, at most 10. */
    top: z.array(problemSummarySchema).max(10),
  }),
  /** Whether columns.xlsx is among the reports: cells had to say what a column is, or a person has to. */
  columns: z.boolean().default(false),
});
export type ParsedSpreadsheet = z.infer<typeof parsedSpreadsheetSchema>;

/** State "Apply columns", for a columns.xlsx that came back. */
export const applyColumnsInputSchema = z.object({ upload: uploadSchema, import: registeredImportSchema });
export const appliedColumnsSchema = z.object({
  /**
   * The upload whose import is to be repeated, its size unknown; null where the file names none of the supplier's, or
   * nothing says whether it still lies in a bucket without versions.
   */
  again: uploadSchema.nullable(),
});
export type AppliedColumns = z.infer<typeof appliedColumnsSchema>;

/** Detail of the event "Import again", which follows: the columns.xlsx, and what is to be imported again. */
export const importAgainSchema = z.object({ upload: uploadSchema, again: uploadSchema.nullable() });

/** State "Check feed", before "Write products". */
export const checkFeedInputSchema = z.object({
  upload: uploadSchema,
  import: registeredImportSchema,
  parsed: parsedSpreadsheetSchema.pick({ manifestKey: true, rows: true }),
});
export const checkedFeedSchema = z.object({
  /** The supplier's active products. */
  active: z.number().int(),
  /** Those of them that the file does not list, not even in a rejected row; 0 in a partial feed. */
  missing: z.number().int(),
});
export type CheckedFeed = z.infer<typeof checkedFeedSchema>;

/** State "Admit writers", before "Write products". */
export const admittedWritersSchema = z.object({
  /** Children of "Write products" at once; 0: the import has to wait. */
  writers: z.number().int().nonnegative(),
  /** Times in a row that it had to. */
  waits: z.number().int().nonnegative(),
  waitSeconds: z.number().int().nonnegative(),
});
export type AdmittedWriters = z.infer<typeof admittedWritersSchema>;
/** `admitted` is what it was told before. */
export const admitWritersInputSchema = z.object({
  import: registeredImportSchema,
  parsed: parsedSpreadsheetSchema.pick({ chunks: true }),
  admitted: admittedWritersSchema,
});

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

/** State "Deactivate missing", after "Write products". */
export const deactivateMissingInputSchema = z.object({ upload: uploadSchema, import: registeredImportSchema });
export const deactivatedSchema = z.object({
  /** Products that this invocation deactivated. */
  deactivated: z.number().int(),
});
export type Deactivated = z.infer<typeof deactivatedSchema>;

/** State "Finish import". */
export const finishImportInputSchema = z.object({
  upload: uploadSchema,
  import: registeredImportSchema,
  parsed: parsedSpreadsheetSchema,
  images: plannedImagesSchema.pick({ plannedAt: true }).optional(),
});

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
