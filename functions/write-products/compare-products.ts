import { and, eq, sql } from 'drizzle-orm';
import { products } from '../../schema/index.ts';
import type { CompleteProduct, ImportedProduct, ImportedSheet } from '../../workflows/payloads/product.ts';
import type { StoredRows } from '../shared/changes/stored-rows.ts';
import { textRows } from '../shared/database/bulk-insert.ts';
import type { Transaction } from '../shared/database/database.ts';
import { newerImportIds } from '../shared/imports/file-order.ts';
import { findNewerImports, newerProductCodes } from '../shared/imports/newer-imports.ts';
import { completeProduct } from './complete-product.ts';
import type { File } from './file.ts';
import { isStored } from './is-stored.ts';
import { readRows, storedProduct } from './read-stored.ts';

export const statusOf = (product: Pick<CompleteProduct, 'active'>) =>
  product.active ? ('active' as const) : ('inactive' as const);

export type Comparison = {
  /** Differ from what is stored, and no newer file speaks about them. */
  different: CompleteProduct[];
  /** The rows of those of them that are stored, by code. */
  stored: ReadonlyMap<string, StoredRows>;
  /** Of the others, those that an interrupted execution of this import created or updated: counted as its work. */
  createdBefore: number;
  updatedBefore: number;
};

/**
 * Compares products with what is stored, after what their file does not speak of is filled in from there. One whose hash
 * is stored says what it said last, and nothing else has to be looked at. `readSheets` is asked for the file's sheets
 * where it has to be.
 */
export async function compareProducts(
  transaction: Transaction,
  file: File,
  listed: readonly ImportedProduct[],
  readSheets: () => Promise<readonly ImportedSheet[]>,
): Promise<Comparison> {
  const newer = await findNewerImports(transaction, file);
  const codes = listed.map(({ code }) => code);
  const superseded = newer.exist ? await findSuperseded(transaction, file, codes) : new Set();
  // A newer full feed has deactivated, or will, whatever it does not list: all that this file says is past.
  const isPast = newer.decide && file.feedMode === 'full';
  const known = await findStored(transaction, file, codes);
  const candidates = listed.filter((product) => {
    if (isPast || superseded.has(product.code)) return false;
    const current = known.get(product.code);
    if (current === undefined) return true;
    const isOffered = current.status === 'active';
    const active = product.active ?? (file.feedMode === 'full' || isOffered);
    if (!current.isNewer && current.unmadeBy !== null) return true;
    return !current.isNewer && (current.contentHash !== product.contentHash || isOffered !== active);
  });
  const stored = await readRows(
    transaction,
    file.supplierId,
    candidates.flatMap(({ code }) => (known.has(code) ? [code] : [])),
  );
  const sheets = stored.size === 0 ? [] : await readSheets();
  const different = candidates.flatMap((product) => {
    const current = storedProduct(stored.get(product.code));
    const complete = completeProduct(product, current, file, sheets);
    return current !== undefined && isStored(complete, current) ? [] : [complete];
  });
  const kept = new Map(known);
  for (const { code } of different) kept.delete(code);
  const createdBefore = [...kept.values()].filter(({ firstImportId }) => firstImportId === file.importId).length;
  const writtenBefore = [...kept.values()].filter(
    ({ firstImportId, lastImportId }) => firstImportId === file.importId || lastImportId === file.importId,
  ).length;
  return { different, stored, createdBefore, updatedBefore: writtenBefore - createdBefore };
}

async function findSuperseded(transaction: Transaction, file: File, codes: string[]): Promise<Set<string>> {
  const rows = await transaction.execute<{ code: string }>(
    sql`${textRows(codes)} as code intersect ${newerProductCodes(file)}`,
  );
  return new Set(rows.map(({ code }) => code));
}

async function findStored(transaction: Transaction, file: File, codes: string[]) {
  const rows = await transaction
    .select({
      code: products.code,
      contentHash: products.contentHash,
      status: products.status,
      firstImportId: products.firstImportId,
      lastImportId: products.lastImportId,
      unmadeBy: products.unmadeBy,
      isNewer: sql<boolean>`${products.lastImportId} in ${newerImportIds(file)}`,
    })
    .from(products)
    .where(and(eq(products.supplierId, file.supplierId), sql`${products.code} in (${textRows(codes)})`));
  return new Map(rows.map((row) => [row.code, row]));
}
