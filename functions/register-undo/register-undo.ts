import { and, eq, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { importChunks, imports, products, suppliers } from '../../schema/index.ts';
import { CannotUndoError } from '../../workflows/errors.ts';
import type { RegisteredUndo, registerUndoInputSchema } from '../../workflows/payloads/undo.ts';
import { fingerprintOf } from '../shared/changes/fingerprint.ts';
import { type Database, type Transaction, withDatabaseErrors } from '../shared/database/database.ts';
import { importNamed } from '../shared/imports/find-import.ts';
import { isAlive } from '../shared/imports/heartbeat.ts';
import { workKeys } from '../shared/imports/object-keys.ts';
import { markUndone } from './mark-undone.ts';

export type Dependencies = {
  database: Database;
  /** Keys of the files in which the import's changes are kept. */
  listChangeFiles(importId: number): Promise<string[]>;
  /** Writes the items of "Undo changes". */
  writeManifest(key: string, files: readonly { chunk: number; key: string }[]): Promise<void>;
};
type Input = z.infer<typeof registerUndoInputSchema>;

/** What makes an undo's row unique among those of uploads: no bucket has this name, which is too short for one. */
const undoBucket = '-';

/**
 * Gives the undo a row of its own, from which moment the import that it undoes says nothing any more, and lists its files
 * of changes. Repeated, it takes the same row. Throws CannotUndo, with a sentence, where there is nothing to be undone.
 */
export async function registerUndo(dependencies: Dependencies, input: Input): Promise<RegisteredUndo> {
  const { database, listChangeFiles, writeManifest } = dependencies;
  const target = await withDatabaseErrors(() => findImport(database, input.import));
  const keys = await listChangeFiles(target.id);
  const importId = await withDatabaseErrors(() =>
    database.transaction((transaction) => insertUndo(transaction, target, keys, input)),
  );
  const manifestKey = workKeys.manifest(importId);
  await writeManifest(
    manifestKey,
    keys.map((key, chunk) => ({ chunk, key })),
  );
  return {
    importId,
    undoes: target.id,
    supplierId: target.supplierId,
    supplierCode: target.supplierCode,
    executionName: input.execution.name,
    dryRun: input.dryRun,
    manifestKey,
    files: keys.length,
  };
}

type Target = { id: number; supplierId: number; supplierCode: string; objectKey: string };

async function findImport(database: Database, asked: string): Promise<Target> {
  const [found] = await database
    .select({
      id: imports.id,
      supplierId: imports.supplierId,
      supplierCode: suppliers.code,
      objectKey: imports.objectKey,
    })
    .from(imports)
    .leftJoin(suppliers, eq(suppliers.id, imports.supplierId))
    .where(importNamed(asked));
  if (!found) throw new CannotUndoError(`There is no import "${asked}": give its id, or the name of its execution.`);
  const { supplierId, supplierCode } = found;
  if (supplierId === null || supplierCode === null) {
    throw new CannotUndoError(`Import ${found.id} was refused: it belongs to no supplier and changed nothing.`);
  }
  return { ...found, supplierId, supplierCode };
}

async function insertUndo(
  transaction: Transaction,
  target: Target,
  keys: readonly string[],
  { execution, dryRun }: Input,
): Promise<number> {
  const isOwn = and(eq(imports.bucket, undoBucket), eq(imports.versionId, execution.arn));
  // Two undos at once: the second waits here, and finds the first.
  await transaction.execute(sql`select from ${imports} where ${imports.id} = ${target.id} for no key update`);
  const [own] = await transaction.select({ id: imports.id }).from(imports).where(isOwn);
  if (own) {
    await transaction
      .update(imports)
      .set({ status: 'running', error: null, errorMessage: null, finishedAt: null, heartbeatAt: sql`now()` })
      .where(isOwn);
    return own.id;
  }
  await checkTarget(transaction, target, keys);
  const { fingerprint } = await fingerprintOf(transaction, target.supplierId);
  const [undo] = await transaction
    .insert(imports)
    .values({
      bucket: undoBucket,
      objectKey: target.objectKey,
      versionId: execution.arn,
      supplierId: target.supplierId,
      executionArn: execution.arn,
      uploadedAt: new Date(),
      kind: dryRun ? 'undo_dry_run' : 'undo',
      undoes: target.id,
      fingerprintBefore: fingerprint,
      // It claims no image.
      imagesReleasedAt: new Date(),
    })
    .returning({ id: imports.id });
  if (!undo) throw new Error('The undo was not inserted');
  if (!dryRun) await markUndone(transaction, target.id, undo.id);
  return undo.id;
}

async function checkTarget(transaction: Transaction, { id }: Target, keys: readonly string[]): Promise<void> {
  const [row] = await transaction
    .select({
      kind: imports.kind,
      alive: sql<boolean>`${isAlive}`,
      undoneBy: imports.undoneBy,
      deactivated: imports.productsDeactivated,
      // Some of it was left alone, and is as the import left it again since what was newer has been undone.
      isLeft: sql<boolean>`exists(select from ${products} p
        where p.last_import_id = ${imports}.id and p.supplier_id = ${imports}.supplier_id and p.unmade_by is null)`,
      // One that was aborted, and not heard of for as long as an import may be silent, has failed.
      undoStatus: sql<string | null>`(
        select case when u.status = 'running' and u.heartbeat_at <= now() - interval '30 minutes' then 'failed' else u.status::text end
        from ${imports} u where u.id = ${imports}.undone_by)`,
    })
    .from(imports)
    .where(eq(imports.id, id));
  if (!row) throw new Error(`Import ${id} vanished`);
  if (row.kind === 'undo_dry_run')
    throw new CannotUndoError(`Import ${id} is the dry run of an undo: it changed nothing.`);
  if (row.alive) throw new CannotUndoError(`Import ${id} is running: wait until it has ended, or stop its execution.`);
  if (row.undoneBy !== null && row.undoStatus === 'running') {
    throw new CannotUndoError(`Import ${id} is being undone by ${row.undoneBy}.`);
  }
  if (row.undoneBy !== null && row.undoStatus !== 'failed' && !row.isLeft) {
    throw new CannotUndoError(
      `Import ${id} has been undone already, by ${row.undoneBy}: undo that one to have it back.`,
    );
  }
  const [counted] = await transaction
    .select({
      changed: sql<number>`(count(*) filter (where ${importChunks.created} + ${importChunks.updated} > 0))::int`,
    })
    .from(importChunks)
    .where(eq(importChunks.importId, id));
  // An undo writes a file of changes for each of its files, a chunk for each that changed anything.
  const expected = (counted?.changed ?? 0) + (row.deactivated > 0 ? 1 : 0);
  if (keys.length < expected) {
    throw new CannotUndoError(
      `What import ${id} changed is not kept any more (the setting retention.changeDays says for how long): drop the supplier's last good file again.`,
    );
  }
}
