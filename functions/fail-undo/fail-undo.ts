import { and, eq, type SQL, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { imports } from '../../schema/index.ts';
import type { failedUndoSchema, failUndoInputSchema } from '../../workflows/payloads/undo.ts';
import { type Database, withDatabaseErrors } from '../shared/database/database.ts';
import { type ExecutionStatusChange, reasonOfEnd } from '../shared/imports/ended-execution.ts';
import { failureReason, type Reason } from '../shared/imports/failure-reason.ts';

type FailedUndo = z.infer<typeof failedUndoSchema>;
type Dependencies = { database: Database };

/** Marks the undo failed, with the error's name and one sentence. What it restored stays: undone again, the rest is. */
export async function failUndo(
  { database }: Dependencies,
  { execution, error }: z.infer<typeof failUndoInputSchema>,
): Promise<FailedUndo> {
  const reason = failureReason(error);
  await markFailed(database, eq(imports.executionArn, execution.arn), reason);
  return { error: reason.name, cause: reason.message };
}

/** The same for an execution that ended without its "Fail undo"; null where its undo has ended already. */
export async function failEndedUndo(
  { database }: Dependencies,
  { detail }: ExecutionStatusChange,
): Promise<FailedUndo | null> {
  const reason = reasonOfEnd(detail, 'undo', 'undo the import again');
  const isRunning = and(eq(imports.executionArn, detail.executionArn), eq(imports.status, 'running'));
  if (!(await markFailed(database, isRunning, reason))) return null;
  return { error: reason.name, cause: reason.message };
}

async function markFailed(database: Database, where: SQL | undefined, { name, message }: Reason): Promise<boolean> {
  const marked = await withDatabaseErrors(() =>
    database
      .update(imports)
      .set({ status: 'failed', error: name, errorMessage: message, finishedAt: sql`now()` })
      .where(where)
      .returning({ id: imports.id }),
  );
  return marked.length > 0;
}
