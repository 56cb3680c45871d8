import { and, eq, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { importChunks, products } from '../../schema/index.ts';
import type { Change, ChangeMark } from '../../workflows/payloads/changes.ts';
import type { RegisteredUndo, UndoneChanges, undoChangesInputSchema } from '../../workflows/payloads/undo.ts';
import { restore } from '../shared/changes/restore.ts';
import { beforeImage, markOf, readStoredRows, type StoredRows } from '../shared/changes/stored-rows.ts';
import { type Database, type Transaction, withDatabaseErrors } from '../shared/database/database.ts';
import { keepAlive } from '../shared/imports/heartbeat.ts';
import { workKeys } from '../shared/imports/object-keys.ts';
import { lockSupplier } from '../shared/imports/supplier-lock.ts';

export type Dependencies = {
  database: Database;
  /** The lines of a file of changes. */
  readChanges(key: string): AsyncIterable<Change>;
  /** Writes what the undo itself changed, in place of what an interrupted delivery may have written. */
  writeChanges(key: string, changes: readonly Change[]): Promise<void>;
};
type Input = z.infer<typeof undoChangesInputSchema>;

/**
 * Brings the products of one file of changes to what they were before, in one transaction, and records the file in it as a
 * chunk: one delivered again changes nothing and returns the same counts. A product is restored where it is as the import
 * left it, and left alone where somebody has changed it since.
 */
export async function undoChanges(dependencies: Dependencies, { undo, file }: Input): Promise<UndoneChanges> {
  const { database, readChanges } = dependencies;
  const changes: Change[] = [];
  for await (const change of readChanges(file.key)) if (!isContinuation(change)) changes.push(change);
  return withDatabaseErrors(async () => {
    await keepAlive(database, undo.importId);
    return database.transaction((transaction) => undoFile(transaction, dependencies, undo, file.chunk, changes));
  });
}

/** Of two executions of one import the second continues the first, which kept what had been before. */
const isContinuation = ({ before, after }: Change) => before !== null && isSame(before.mark, after);
const isSame = (a: ChangeMark, b: ChangeMark) => a.lastImportId === b.lastImportId && a.unmadeBy === b.unmadeBy;

async function undoFile(
  transaction: Transaction,
  { writeChanges }: Dependencies,
  { importId, supplierId, executionName, dryRun }: RegisteredUndo,
  chunk: number,
  changes: readonly Change[],
): Promise<UndoneChanges> {
  await lockSupplier(transaction, supplierId, importId);
  const isRecorded = and(eq(importChunks.importId, importId), eq(importChunks.chunk, chunk));
  const [recorded] = await transaction
    .select({ restored: importChunks.updated, leftAlone: importChunks.unchanged })
    .from(importChunks)
    .where(isRecorded);
  if (recorded) return recorded;
  const ids = JSON.stringify(changes.map(({ productId }) => productId));
  const isListed = sql`${products.id} in (select jsonb_array_elements_text(${ids}::jsonb)::bigint)`;
  const rows = await readStoredRows(transaction, and(eq(products.supplierId, supplierId), isListed));
  const current = new Map(rows.map((stored) => [stored.product.id, stored]));
  const undone = changes.filter(({ productId, after }) => {
    const stored = current.get(productId);
    return stored !== undefined && isSame(markOf(stored.product), after);
  });
  const leftAlone = changes.filter(
    (change) => !undone.includes(change) && !isRestored(change, current.get(change.productId)),
  );
  if (!dryRun && undone.length > 0) await restore(transaction, undone, importId);
  const counts = { restored: undone.length, leftAlone: leftAlone.length };
  const inserted = await transaction
    .insert(importChunks)
    .values({
      importId,
      chunk,
      productCodes: undone.map(({ code }) => code),
      created: 0,
      updated: counts.restored,
      unchanged: counts.leftAlone,
    })
    .onConflictDoNothing()
    .returning({ chunk: importChunks.chunk });
  if (inserted.length === 0) throw new Error(`File ${chunk} of undo ${importId} was undone twice at once`);
  // Before the transaction ends, as write-products does it; a dry run keeps what it would change, for its report.
  const reversed = undone.map((change) => reverse(change, current.get(change.productId), importId));
  if (reversed.length > 0) await writeChanges(workKeys.changes(importId, executionName, chunk), reversed);
  return counts;
}

/** By an undo that was interrupted. */
function isRestored({ before }: Change, stored: StoredRows | undefined): boolean {
  if (stored === undefined) return false;
  return before === null ? stored.product.unmadeBy !== null : isSame(markOf(stored.product), before.mark);
}

/** The change that the undo of `change` is. */
function reverse(
  { productId, code, before, after, fields }: Change,
  stored: StoredRows | undefined,
  undoId: number,
): Change {
  return {
    productId,
    code,
    before: stored === undefined ? null : beforeImage(stored),
    after: before === null ? { ...after, unmadeBy: undoId } : before.mark,
    fields: fields.map((field) => ({ ...field, before: field.after, after: field.before })),
  };
}
