/** The input and output of the states that full feeds add. */
import { z } from 'zod';
import { parsedSpreadsheetSchema, registeredImportSchema, uploadSchema } from './payloads.ts';

/** State "Check full feed", before "Write products". */
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

/** State "Deactivate missing", after "Write products". */
export const deactivateMissingInputSchema = z.object({ upload: uploadSchema, import: registeredImportSchema });
export const deactivatedSchema = z.object({
  /** Products that this invocation deactivated. */
  deactivated: z.number().int(),
});
export type Deactivated = z.infer<typeof deactivatedSchema>;
