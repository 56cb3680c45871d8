import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { keepFingerprintBefore } from '../../functions/check-feed/keep-fingerprint.ts';
import { deactivateMissing } from '../../functions/deactivate-missing/deactivate-missing.ts';
import { finishUndo } from '../../functions/finish-undo/finish-undo.ts';
import { registerUndo } from '../../functions/register-undo/register-undo.ts';
import { fingerprintOf } from '../../functions/shared/changes/fingerprint.ts';
import type { Database } from '../../functions/shared/database/database.ts';
import { workKeys } from '../../functions/shared/imports/object-keys.ts';
import { undoChanges } from '../../functions/undo-changes/undo-changes.ts';
import { imports } from '../../schema/index.ts';
import { type Change, changeSchema } from '../../workflows/payloads/changes.ts';
import type { ImportedProduct } from '../../workflows/payloads/product.ts';
import type { RegisteredUndo, UndoSummary } from '../../workflows/payloads/undo.ts';
import { writeChunk } from './chunks.ts';
import type { StartedImport } from './imports.ts';

/** Files of changes as S3 has them: JSON, by key. */
export class ChangeFiles {
  readonly files = new Map<string, string[]>();

  readonly write = async (key: string, changes: readonly Change[]): Promise<void> => {
    this.files.set(
      key,
      changes.map((change) => JSON.stringify(change)),
    );
  };

  async *read(key: string): AsyncGenerator<Change> {
    for (const line of this.files.get(key) ?? []) yield changeSchema.parse(JSON.parse(line));
  }

  readonly list = async (importId: number): Promise<string[]> =>
    [...this.files.keys()].filter((key) => key.startsWith(workKeys.changesOf(importId))).sort();
}

/** Everything an import does to the catalog, in chunks of two products. */
export async function importProducts(
  database: Database,
  files: ChangeFiles,
  started: StartedImport,
  products: readonly ImportedProduct[],
): Promise<number> {
  await keepFingerprintBefore(database, started.import);
  for (let chunk = 0; chunk * 2 < products.length; chunk += 1) {
    await writeChunk(database, started, products.slice(chunk * 2, chunk * 2 + 2), chunk, [], files.write);
  }
  const readRejectedCodes = async function* () {};
  await deactivateMissing({ database, readRejectedCodes, writeChanges: files.write }, started);
  const { importId } = started.import;
  await database.update(imports).set({ status: 'completed', finishedAt: new Date() }).where(eq(imports.id, importId));
  return importId;
}

export function startUndo(
  database: Database,
  files: ChangeFiles,
  importId: number | string,
  { dryRun = false, name = randomUUID() }: { dryRun?: boolean; name?: string } = {},
): Promise<RegisteredUndo> {
  const execution = { arn: `arn:aws:states:eu-west-1:000000000000:execution:UndoImport:${name}`, name };
  const dependencies = { database, listChangeFiles: files.list, writeManifest: async () => {} };
  return registerUndo(dependencies, { import: String(importId), dryRun, execution });
}

export async function undoFiles(database: Database, files: ChangeFiles, undo: RegisteredUndo): Promise<void> {
  for (const [chunk, key] of (await files.list(undo.undoes)).entries()) {
    const dependencies = { database, readChanges: (key: string) => files.read(key), writeChanges: files.write };
    await undoChanges(dependencies, { undo, file: { chunk, key } });
  }
}

export async function undoImport(
  database: Database,
  files: ChangeFiles,
  importId: number | string,
  options: { dryRun?: boolean } = {},
): Promise<UndoSummary> {
  const undo = await startUndo(database, files, importId, options);
  await undoFiles(database, files, undo);
  return finish(database, files, undo);
}

export function finish(database: Database, files: ChangeFiles, undo: RegisteredUndo): Promise<UndoSummary> {
  async function* readChanges(importId: number) {
    for (const key of await files.list(importId)) yield* files.read(key);
  }
  const reportChanges = async () => ({});
  const [writeDifferences, writeSummary] = [async () => {}, async () => {}];
  return finishUndo({ database, readChanges, reportChanges, writeDifferences, writeSummary }, { undo });
}

export const fingerprint = async (database: Database, supplierId = 1): Promise<string> =>
  (await fingerprintOf(database, supplierId)).fingerprint;
