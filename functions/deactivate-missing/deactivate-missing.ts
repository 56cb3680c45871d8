import { eq, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { importChunks, imports, products } from '../../schema/index.ts';
import type { Deactivated, deactivateMissingInputSchema } from '../../workflows/payloads/import-states.ts';
import { textRows } from '../shared/database/bulk-insert.ts';
import { type Database, type Transaction, withDatabaseErrors } from '../shared/database/database.ts';
import { type FileOrder, newerImportIds } from '../shared/imports/file-order.ts';
import { findNewerImports } from '../shared/imports/newer-imports.ts';
import { lockSupplier } from '../shared/imports/supplier-lock.ts';
import { returnWriters } from '../shared/imports/writers.ts';

export type Dependencies = {
  database: Database;
  /** Codes of the products that the feed lists in rows that were rejected. */
  readRejectedCodes(importId: number): AsyncIterable<string>;
};

/**
 * Deactivates, in one statement, the supplier's products that a full feed does not list, and adds their number to the
 * import. Run again, it finds none. A product whose rows were rejected is listed: what is stored of it stays. Products that a
 * newer file has written stay, and where a newer file has begun to write, none is touched: that feed says itself what is
 * missing. Partial feeds deactivate nothing.
 */
export async function deactivateMissing(
  { database, readRejectedCodes }: Dependencies,
  { upload, import: { importId, supplierId, feedMode } }: z.infer<typeof deactivateMissingInputSchema>,
): Promise<Deactivated> {
  // All chunks are written: others may write.
  await withDatabaseErrors(() => returnWriters(database, importId));
  if (feedMode !== 'full') return { deactivated: 0 };
  const file: FileOrder = { supplierId, upload };
  const rejected: string[] = [];
  for await (const code of readRejectedCodes(importId)) rejected.push(code);
  return withDatabaseErrors(() =>
    database.transaction((transaction) => deactivate(transaction, file, importId, rejected)),
  );
}

async function deactivate(
  transaction: Transaction,
  file: FileOrder,
  importId: number,
  rejected: string[],
): Promise<Deactivated> {
  const { supplierId, upload } = file;
  await lockSupplier(transaction, supplierId, importId);
  if ((await findNewerImports(transaction, file)).decide) return { deactivated: 0 };
  const { count } = await transaction.execute(sql`
    update ${products}
    set status = 'inactive', source_uploaded_at = ${upload.uploadedAt}::timestamptz, last_import_id = ${importId}, updated_at = now()
    where ${products.supplierId} = ${supplierId} and ${products.status} = 'active'
      and ${products.lastImportId} not in ${newerImportIds(file)}
      and ${products.code} not in (
        select unnest(${importChunks.productCodes}) from ${importChunks} where ${importChunks.importId} = ${importId}
        union all ${textRows(rejected)}
      )`);
  if (count > 0) {
    await transaction
      .update(imports)
      .set({ productsDeactivated: sql`${imports.productsDeactivated} + ${count}` })
      .where(eq(imports.id, importId));
  }
  return { deactivated: count };
}
