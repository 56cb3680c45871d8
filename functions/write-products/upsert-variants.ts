import { sql } from 'drizzle-orm';
import { productVariants } from '../../schema/index.ts';
import { differsFromExcluded, insertRows, recordset, setExcluded } from '../shared/database/bulk-insert.ts';
import type { Transaction } from '../shared/database/database.ts';
import { saidOfVariants } from './stored-columns.ts';
import type { WrittenProduct } from './upsert-products.ts';

const replaced = [
  productVariants.position,
  ...saidOfVariants,
  productVariants.options,
  productVariants.attributes,
  productVariants.status,
  productVariants.unmadeBy,
];

/**
 * Brings the products' variants to what the file lists: variants that are the same stay unwritten, those the file no
 * longer has become inactive and keep their ids for the day they come back.
 */
export async function upsertVariants(transaction: Transaction, written: readonly WrittenProduct[]): Promise<void> {
  const rows = written.flatMap(variantRows);
  if (rows.length === 0) return;
  await transaction.execute(sql`
    ${insertRows(productVariants, rows)}
    on conflict (${sql.identifier(productVariants.productId.name)}, ${sql.identifier(productVariants.variantKey.name)}) do update
    set ${setExcluded(replaced)}, updated_at = now()
    where ${differsFromExcluded(replaced)}`);
  const updated = written.filter(({ created }) => !created);
  if (updated.length === 0) return;
  const listed = updated.flatMap(variantRows).map(({ productId, variantKey }) => ({ productId, variantKey }));
  await transaction.execute(sql`
    update ${productVariants} set status = 'inactive', updated_at = now()
    where ${productVariants.productId} in (${sql.join(
      updated.map(({ id }) => sql`${id}`),
      sql`, `,
    )})
      and ${productVariants.status} = 'active'
      and not exists (
        select from ${recordset(productVariants, 'listed', listed)}
        where listed.product_id = ${productVariants.productId} and listed.variant_key = ${productVariants.variantKey}
      )`);
}

/** Of two variants with one key the last counts, as a later row of a spreadsheet corrects an earlier one. */
function variantRows({ id, product }: WrittenProduct): (typeof productVariants.$inferInsert)[] {
  const byKey = new Map(product.variants.map((variant) => [variant.key, variant]));
  return [...byKey.values()].map(({ key, ...columns }, position) => ({
    ...columns,
    productId: id,
    variantKey: key,
    position,
    status: 'active',
    unmadeBy: null,
  }));
}
