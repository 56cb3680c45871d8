import { eq, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { imports } from '../../schema/index.ts';
import type { failedUndoSchema, failUndoInputSchema } from '../../workflows/payloads/undo.ts';
import { type Database, withDatabaseErrors } from '../shared/database/database.ts';
import { failureReason } from '../shared/imports/failure-reason.ts';

/** Marks the undo failed, with the error's name and one sentence. What it restored stays: undone again, the rest is. */
export async function failUndo(
  { database }: { database: Database },
  { execution, error }: z.infer<typeof failUndoInputSchema>,
): Promise<z.infer<typeof failedUndoSchema>> {
  const reason = failureReason(error);
  await withDatabaseErrors(() =>
    database
      .update(imports)
      .set({ status: 'failed', error: reason.name, errorMessage: reason.message, finishedAt: sql`now()` })
      .where(eq(imports.executionArn, execution.arn)),
  );
  return { error: reason.name, cause: reason.message };
}
