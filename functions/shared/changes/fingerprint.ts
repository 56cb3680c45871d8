import { type SQL, sql } from 'drizzle-orm';
import { productImages, products, productVariants } from '../../../schema/index.ts';
import type { Database, Transaction } from '../database/database.ts';

export type Fingerprint = { fingerprint: string; products: number };

/** What says who wrote a row and when, and not what is offered. */
export const bookkeeping = [
  'createdAt',
  'updatedAt',
  'sourceUploadedAt',
  'firstImportId',
  'lastImportId',
  'contentHash',
  'unmadeBy',
] as const satisfies (keyof typeof products.$inferSelect)[];

/** A row as text: by names, so that a column added later without values changes nothing. */
const rowText = (alias: string): SQL =>
  sql`jsonb_strip_nulls(to_jsonb(${sql.raw(alias)}) - array[${sql.join(
    bookkeeping.map((column) => sql`${products[column].name}`),
    sql`, `,
  )}]::text[])::text`;

/**
 * A hash over the supplier's products, variants and links to images in the order of their ids, which are part of it: two
 * catalogs with one fingerprint are the same to whoever reads them. What an undo has unmade is no part of the catalog.
 */
export async function fingerprintOf(database: Database | Transaction, supplierId: number): Promise<Fingerprint> {
  const [found] = await database.execute<Fingerprint>(sql`
    with offered as materialized (
      select ${products.id} as id, sha256(convert_to(${rowText('products')}, 'UTF8')) as hash
      from ${products} where ${products.supplierId} = ${supplierId} and ${products.unmadeBy} is null
    ), parts(place, hash, rows) as (
      select 1, sha256(coalesce(string_agg(hash, ''::bytea order by id), '')), count(*) from offered
      union all
      -- json keeps the order of options, jsonb does not.
      select 2, sha256(coalesce(string_agg(sha256(convert_to(${rowText('v')} || v.options::text, 'UTF8')), ''::bytea order by v.id), '')), 0
      from ${productVariants} v join offered on offered.id = v.product_id where v.unmade_by is null
      union all
      select 3, sha256(convert_to(coalesce(string_agg(jsonb_build_array(l.product_id, l.position, l.image_id, l.alt_text)::text, ',' order by l.product_id, l.position), ''), 'UTF8')), 0
      from ${productImages} l join offered on offered.id = l.product_id
    )
    select encode(sha256(string_agg(hash, ''::bytea order by place)), 'hex') as fingerprint, sum(rows)::int as products
    from parts`);
  if (!found) throw new Error('An aggregate without a row');
  return found;
}
