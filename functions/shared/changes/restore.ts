import { getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { products, productVariants } from '../../../schema/index.ts';
import type { Change } from '../../../workflows/payloads/changes.ts';
import { recordset } from '../database/bulk-insert.ts';
import type { Transaction } from '../database/database.ts';
import { type ImageLinks, removeOtherImageLinks, writeImageLinks } from './image-links.ts';

type Row = Record<string, unknown>;
/** What identifies a row, and what says when it was written. */
const kept = new Set(['id', 'supplierId', 'productId', 'code', 'firstImportId', 'createdAt', 'updatedAt']);

/**
 * Brings the products of `changes` to what they were before, in statements for all of them together; `undoId` unmakes what
 * was not there: products that were created become inactive, as do variants, and all keep their ids.
 */
export async function restore(transaction: Transaction, changes: readonly Change[], undoId: number): Promise<void> {
  const created = changes.flatMap(({ before, productId }) => (before === null ? [productId] : []));
  if (created.length > 0) await unmake(transaction, products, sql`${products.id} in ${created}`, undoId);
  const before = changes.flatMap(({ before, productId }) => (before === null ? [] : [{ productId, ...before }]));
  await restoreRows(
    transaction,
    products,
    before.map(({ product }) => product),
  );
  const whole = before.flatMap(({ productId, variants, images }) =>
    variants && images ? [{ productId, variants, images }] : [],
  );
  await restoreVariants(transaction, whole, undoId);
  const links: ImageLinks[] = whole.map(({ productId, images }) => ({ productId, images }));
  await writeImageLinks(transaction, links);
  await removeOtherImageLinks(transaction, links);
}

async function restoreVariants(
  transaction: Transaction,
  listed: readonly { productId: number; variants: readonly Row[] }[],
  undoId: number,
): Promise<void> {
  if (listed.length === 0) return;
  const rows = listed.flatMap(({ variants }) => variants);
  await restoreRows(transaction, productVariants, rows);
  const were = JSON.stringify(rows.map(({ id }) => id));
  const isNew = sql`${productVariants.productId} in ${listed.map(({ productId }) => productId)}
    and ${productVariants.unmadeBy} is null
    and ${productVariants.id} not in (select jsonb_array_elements_text(${were}::jsonb)::bigint)`;
  await unmake(transaction, productVariants, isNew, undoId);
}

async function unmake(
  transaction: Transaction,
  table: typeof products | typeof productVariants,
  condition: SQL,
  undoId: number,
): Promise<void> {
  await transaction.execute(sql`
    update ${table} set status = 'inactive', unmade_by = ${undoId}, updated_at = now() where ${condition}`);
}

/** A column that the row lacks has been added since, and keeps its value; one that the table lacks was dropped. */
async function restoreRows(transaction: Transaction, table: PgTable, rows: readonly Row[]): Promise<void> {
  const known = Object.entries(getTableColumns(table));
  const byColumns = Map.groupBy(rows, (row) =>
    known.flatMap(([property]) => (property in row ? [property] : [])).join(),
  );
  for (const alike of byColumns.values()) {
    const assignments = known.flatMap(([property, { name }]) =>
      kept.has(property) || !(property in (alike[0] ?? {}))
        ? []
        : [sql`${sql.identifier(name)} = before.${sql.identifier(name)}`],
    );
    await transaction.execute(sql`
      update ${table} set ${sql.join(assignments, sql`, `)}, updated_at = now()
      from ${recordset(table, 'before', alike)} where ${table}.id = before.id`);
  }
}
