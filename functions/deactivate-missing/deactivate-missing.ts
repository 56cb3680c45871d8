import { eq, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { importChunks, imports, products } from '../../schema/index.ts';
import type { Change } from '../../workflows/payloads/changes.ts';
import type { Deactivated, deactivateMissingInputSchema } from '../../workflows/payloads/import-states.ts';
import type { RegisteredImport } from '../../workflows/payloads/upload.ts';
import { productChange } from '../shared/changes/product-change.ts';
import { textRows } from '../shared/database/bulk-insert.ts';
import { type Database, type Transaction, withDatabaseErrors } from '../shared/database/database.ts';
import { type FileOrder, newerImportIds } from '../shared/imports/file-order.ts';
import { findNewerImports } from '../shared/imports/newer-imports.ts';
import { workKeys } from '../shared/imports/object-keys.ts';
import { lockSupplier } from '../shared/imports/supplier-lock.ts';
import { returnWriters } from '../shared/imports/writers.ts';

export type Dependencies = {
  database: Database;
  /** Codes of the products that the feed lists in rows that were rejected. */
  readRejectedCodes(importId: number): AsyncIterable<string>;
  /** Writes what was deactivated, in place of what an interrupted invocation may have written. */
  writeChanges(key: string, changes: readonly Change[]): Promise<void>;
};

/**
 * Deactivates, in one statement, the supplier's products that a full feed does not list, and adds their number to the
 * import. Run again, it finds none. A product whose rows were rejected is listed: what is stored of it stays. Products that a
 * newer file has written stay, and where a newer file has begun to write, none is touched: that feed says itself what is
 * missing. Partial feeds deactivate nothing.
 */
export async function deactivateMissing(
  { database, readRejectedCodes, writeChanges }: Dependencies,
  { upload, import: registered }: z.infer<typeof deactivateMissingInputSchema>,
): Promise<Deactivated> {
  const { importId, supplierId, feedMode } = registered;
  // All chunks are written: others may write.
  await withDatabaseErrors(() => returnWriters(database, importId));
  if (feedMode !== 'full') return { deactivated: 0 };
  const file: FileOrder = { supplierId, upload };
  const rejected: string[] = [];
  for await (const code of readRejectedCodes(importId)) rejected.push(code);
  return withDatabaseErrors(() =>
    database.transaction((transaction) => deactivate(transaction, file, registered, rejected, writeChanges)),
  );
}

async function deactivate(
  transaction: Transaction,
  file: FileOrder,
  { importId, executionName }: RegisteredImport,
  rejected: string[],
  writeChanges: Dependencies['writeChanges'],
): Promise<Deactivated> {
  const { supplierId, upload } = file;
  await lockSupplier(transaction, supplierId, importId);
  if ((await findNewerImports(transaction, file)).decide) return { deactivated: 0 };
  const rows = await transaction.execute<DeactivatedRow>(sql`
    with before as (
      select ${products.id} as id, ${products.code} as code, ${products.sourceUploadedAt} as source_uploaded_at, ${products.lastImportId} as last_import_id
      from ${products}
      where ${products.supplierId} = ${supplierId} and ${products.status} = 'active'
        and ${products.lastImportId} not in ${newerImportIds(file)}
        and ${products.code} not in (
          select unnest(${importChunks.productCodes}) from ${importChunks} where ${importChunks.importId} = ${importId}
          union all ${textRows(rejected)}
        )
    )
    update ${products}
    set status = 'inactive', source_uploaded_at = ${upload.uploadedAt}::timestamptz, last_import_id = ${importId}, updated_at = now()
    from before where ${products.id} = before.id
    returning before.*`);
  const count = rows.length;
  if (count === 0) return { deactivated: 0 };
  const [row] = await transaction
    .update(imports)
    .set({ productsDeactivated: sql`${imports.productsDeactivated} + ${count}` })
    .where(eq(imports.id, importId))
    .returning({ deactivated: imports.productsDeactivated });
  const before = (row?.deactivated ?? count) - count;
  await writeChanges(
    workKeys.missing(importId, executionName, before),
    rows.map((row) => changeOf(importId, row)),
  );
  return { deactivated: count };
}

type DeactivatedRow = { id: string; code: string; source_uploaded_at: string; last_import_id: string };

function changeOf(importId: number, row: DeactivatedRow): Change {
  const [id, lastImportId] = [Number(row.id), Number(row.last_import_id)];
  return {
    productId: id,
    code: row.code,
    before: {
      mark: { lastImportId, unmadeBy: null },
      product: { id, status: 'active', sourceUploadedAt: row.source_uploaded_at, lastImportId },
    },
    after: { lastImportId: importId, unmadeBy: null },
    fields: [productChange('active', 'inactive')],
  };
}
