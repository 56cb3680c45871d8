import { and, eq } from 'drizzle-orm';
import type { z } from 'zod';
import { imports } from '../../schema/index.ts';
import { InvalidColumnsError } from '../../workflows/errors.ts';
import type { ChosenColumns } from '../../workflows/payloads/columns.ts';
import type { AppliedColumns, applyColumnsInputSchema } from '../../workflows/payloads/import-states.ts';
import type { Upload } from '../../workflows/payloads/upload.ts';
import { type Database, type Transaction, withDatabaseErrors } from '../shared/database/database.ts';
import { sortableSequencer } from '../shared/imports/file-order.ts';
import { changeSupplier } from './supplier-settings.ts';

export type Dependencies = {
  database: Database;
  /** What parse-spreadsheet read in the columns.xlsx of this import. */
  readChosenColumns(importId: number): Promise<ChosenColumns>;
};

/**
 * Makes the choices of a columns.xlsx the supplier's column mapping, over what it has, and says which object's import is to
 * be repeated. Done again, it does the same. Throws InvalidColumnsError, before anything is stored, where that
 * import still runs.
 */
export async function applyColumns(
  { database, readChosenColumns }: Dependencies,
  { upload, import: registered }: z.infer<typeof applyColumnsInputSchema>,
): Promise<AppliedColumns> {
  const chosen = await readChosenColumns(registered.importId);
  return withDatabaseErrors(() =>
    database.transaction(async (transaction) => {
      const origin = await findOrigin(transaction, chosen, registered.supplierId, upload.bucket);
      if (origin?.status === 'running') {
        throw new InvalidColumnsError(
          `The import of “${origin.objectKey}”, whose columns these are, still runs. Drop columns.xlsx again once it has ended.`,
        );
      }
      await changeSupplier(transaction, registered.supplierCode, { column_mapping: chosen.columnMapping });
      return { again: origin === undefined ? null : uploadOf(origin, chosen.etag) };
    }),
  );
}

/** The import that the file names, if it is this supplier's: a file says what its sender likes. */
async function findOrigin(transaction: Transaction, { importId }: ChosenColumns, supplierId: number, bucket: string) {
  if (importId === null) return undefined;
  const own = and(eq(imports.id, importId), eq(imports.supplierId, supplierId), eq(imports.bucket, bucket));
  const [row] = await transaction.select().from(imports).where(own);
  return row;
}

/**
 * The upload of an import, as far as its row tells: nothing reads its size. Where the bucket had no versions its entity
 * tag says whether it still lies there; null without one.
 */
function uploadOf(
  { bucket, objectKey, versionId, uploadedAt, sequencer }: typeof imports.$inferSelect,
  etag: string | null,
): Upload | null {
  // Without versions, the event's sequencer stands for one.
  const isVersioned = sortableSequencer(versionId) !== sequencer;
  if (!isVersioned && etag === null) return null;
  return {
    bucket,
    key: objectKey,
    versionId,
    objectVersionId: isVersioned ? versionId : null,
    etag: etag ?? '',
    size: 0,
    uploadedAt: uploadedAt.toISOString(),
    sequencer,
  };
}
