import { sql } from 'drizzle-orm';
import { products } from '../../schema/index.ts';
import type { CompleteProduct } from '../../workflows/payloads/product.ts';
import { differsFromExcluded, insertRows, setExcluded } from '../shared/database/bulk-insert.ts';
import type { Transaction } from '../shared/database/database.ts';
import { newerImportIds } from '../shared/imports/file-order.ts';
import { statusOf } from './compare-products.ts';
import type { File } from './file.ts';
import { saidOfProducts } from './stored-columns.ts';

/** A product with the row that was written for it. */
export type WrittenProduct = { id: number; created: boolean; product: CompleteProduct };

const replaced = [
  ...saidOfProducts,
  products.attributes,
  products.contentHash,
  products.status,
  products.sourceUploadedAt,
  products.lastImportId,
  products.unmadeBy,
];

/**
 * Writes the products in one statement and returns those that were indeed written: one that another transaction brought
 * to this state, or to that of a newer file, in the meantime is left alone.
 */
export async function upsertProducts(
  transaction: Transaction,
  file: File,
  different: readonly CompleteProduct[],
): Promise<WrittenProduct[]> {
  if (different.length === 0) return [];
  // In the order of codes, so that two transactions that write the same products cannot deadlock.
  const byCode = new Map([...different].sort(compareCodes).map((product) => [product.code, product]));
  const rows = await transaction.execute<{ id: string; code: string; created: boolean }>(sql`
    ${insertRows(
      products,
      [...byCode.values()].map((product) => rowOf(file, product)),
    )}
    on conflict (${sql.identifier(products.supplierId.name)}, ${sql.identifier(products.code.name)}) do update
    set ${setExcluded(replaced)}, updated_at = now()
    where ${products.lastImportId} not in ${newerImportIds(file)}
      and ${differsFromExcluded([products.contentHash, products.status, products.unmadeBy])}
    returning ${products.id}, ${products.code}, ${products}.xmax = 0 as created`);
  return rows.flatMap(({ id, code, created }) => {
    const product = byCode.get(code);
    return product ? [{ id: Number(id), created, product }] : [];
  });
}

const compareCodes = (a: CompleteProduct, b: CompleteProduct) => (a.code < b.code ? -1 : 1);

function rowOf(file: File, product: CompleteProduct): typeof products.$inferInsert {
  const { active, variants, images, sheets, ...columns } = product;
  return {
    ...columns,
    supplierId: file.supplierId,
    status: statusOf(product),
    sourceUploadedAt: new Date(file.upload.uploadedAt),
    firstImportId: file.importId,
    lastImportId: file.importId,
    unmadeBy: null,
  };
}
