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
