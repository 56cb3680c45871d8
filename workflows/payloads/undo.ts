/** The input and output of the states of UndoImport. */
import { z } from 'zod';
import { executionSchema } from './upload.ts';
import { id } from './values.ts';

export const undoImportInputSchema = z.object({
  /** The id of an import, or the name of its execution. */
  import: z.string().regex(/^[\w.-]{1,128}$/),
  /** Says what would be restored, and restores nothing. */
  dryRun: z.boolean(),
});

/** State "Register undo". */
export const registerUndoInputSchema = undoImportInputSchema.extend({ execution: executionSchema });
export const registeredUndoSchema = z.object({
  /** The undo's own row among the imports. */
  importId: id,
  /** The import that it undoes. */
  undoes: id,
  supplierId: id,
  supplierCode: z.string(),
  executionName: z.string(),
  dryRun: z.boolean(),
  /** JSONL file whose lines are {@link changeFileSchema}: the items of "Undo changes". */
  manifestKey: z.string(),
  files: z.number().int(),
});
export type RegisteredUndo = z.infer<typeof registeredUndoSchema>;

export const changeFileSchema = z.object({ chunk: z.number().int().nonnegative(), key: z.string() });

/** State "Undo change file", the child of "Undo changes". */
export const undoChangesInputSchema = z.object({ undo: registeredUndoSchema, file: changeFileSchema });
export const undoneChangesSchema = z.object({
  /** Products that are as they were before. */
  restored: z.number().int(),
  /** Products that somebody has changed since. */
  leftAlone: z.number().int(),
});
export type UndoneChanges = z.infer<typeof undoneChangesSchema>;

/** State "Finish undo". */
export const finishUndoInputSchema = z.object({ undo: registeredUndoSchema });
/** A product that is not as it was before the undone import. */
export const differenceSchema = z.object({ code: z.string(), reason: z.string() });
export type Difference = z.infer<typeof differenceSchema>;
export const undoSummarySchema = z.object({
  supplier: z.string(),
  importId: id,
  undoes: id,
  dryRun: z.boolean(),
  /** Whether the supplier's catalog is what it was before the undone import; null in a dry run. */
  restored: z.boolean().nullable(),
  products: z.number().int(),
  leftAlone: z.number().int(),
  fingerprint: z.string(),
  /** Of the catalog before the undone import; null where that was not kept. */
  fingerprintBefore: z.string().nullable(),
  /** Products in which each field changed, or would. */
  changes: z.record(z.string(), z.number().int()),
  /** The first 100 of what differs from the catalog before, and why; all of them are in differences.csv. */
  differences: z.array(differenceSchema).max(100),
  reports: z.object({ summary: z.string(), changes: z.string().nullable(), differences: z.string().nullable() }),
});
export type UndoSummary = z.infer<typeof undoSummarySchema>;

/** State "Fail undo". */
export const failUndoInputSchema = z.object({
  execution: executionSchema,
  error: z.object({ Error: z.string().default(''), Cause: z.string().default('') }),
});
export const failedUndoSchema = z.object({ error: z.string(), cause: z.string() });
