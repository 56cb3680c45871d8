/** What an import came to. */
import { z } from 'zod';

/** Longest example of a problem: ten of them, every character escaped, are 24 KB. */
export const exampleCharacters = 400;

export const problemSummarySchema = z.object({
  code: z.string(),
  severity: z.enum(['error', 'warning']),
  count: z.number().int().positive(),
  /** The first of its kind, as one sentence with sheet, row and column. */
  example: z.string().max(exampleCharacters),
});

const count = z.number().int().nonnegative();

/** What became of the rows of a file: each is counted once, so that `read` is the sum of the others. */
export const rowCountsSchema = z.object({
  /** Rows with content below the headers of the sheets that are read. */
  read: count,
  /** With a product's own values. */
  products: count.default(0),
  /** A further variant of a product. */
  variants: count.default(0),
  /** Images of a product, and no variant. */
  images: count.default(0),
  /** What else is said of a product: in another sheet, for another shop, in a row below. */
  additions: count.default(0),
  /** Nothing of it is in a product. */
  skipped: count.default(0),
  /** In rejected.xlsx, to be corrected. */
  rejected: count,
  /** Of the rows skipped and rejected: how many for which reason, a code of problems.csv or `repeated_header`. */
  reasons: z
    .object({ skipped: z.record(z.string(), count), rejected: z.record(z.string(), count) })
    .default({ skipped: {}, rejected: {} }),
});
export type RowCounts = z.infer<typeof rowCountsSchema>;

/** The rows that became something; as many as were read, or one was lost or counted twice. */
export function accountedRows({ products, variants, images, additions, skipped, rejected }: RowCounts): number {
  return products + variants + images + additions + skipped + rejected;
}

/** Bytes of a summary as JSON, at most. */
export const importSummaryBytes = 48 * 1024;

/** summary.json, and the detail of the event `Import finished`. */
export const importSummarySchema = z.object({
  status: z.enum(['completed', 'completed_with_problems', 'failed']),
  supplier: z.string().nullable(),
  file: z.string(),
  executionArn: z.string(),
  uploadedAt: z.string(),
  startedAt: z.string(),
  finishedAt: z.string(),
  /** When steps in between were done; null where the import did not get so far. */
  steps: z
    .object({ parsedAt: z.string().nullable(), writtenAt: z.string().nullable() })
    .default({ parsedAt: null, writtenAt: null }),
  format: z.string().nullable(),
  rows: rowCountsSchema,
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
  /** Products in which each field changed, by the field's label: all values are in changes.csv. */
  changes: z.record(z.string(), z.number().int()).default({}),
  problems: z.object({
    errors: z.number().int(),
    warnings: z.number().int(),
    top: z.array(problemSummarySchema),
  }),
  /** Object keys in the reports bucket, where written. */
  reports: z.object({
    /** The page for people. */
    report: z.string(),
    summary: z.string(),
    problems: z.string().nullable(),
    rejected: z.string().nullable(),
    columns: z.string().nullable().default(null),
    changes: z.string().nullable().default(null),
  }),
  error: z.object({ name: z.string(), message: z.string() }).nullable(),
});
export type ImportSummary = z.infer<typeof importSummarySchema>;
