import { sql } from 'drizzle-orm';
import type { z } from 'zod';
import { images, importChunks, imports, products } from '../../schema/index.ts';
import type { VerifiedProducts, verifyProductsInputSchema } from '../../workflows/payloads/verify.ts';
import { type Database, withDatabaseErrors } from '../shared/database/database.ts';

const nothing: VerifiedProducts = {
  recorded: 0,
  images: { converted: 0, failed: 0, waiting: 0, superseded: 0, lost: 0 },
};

/** What became of these products of an import's file and of their images, each counted once. */
export async function verifyProducts(
  database: Database,
  { importId, supplierId, products: listed }: z.infer<typeof verifyProductsInputSchema>,
): Promise<VerifiedProducts> {
  const [counted] = await withDatabaseErrors(() =>
    database.execute<VerifiedProducts>(sql`
      with listed as (
        select code, images from jsonb_to_recordset(${JSON.stringify(listed)}::jsonb) as given(code text, images jsonb)
      ), shown as (
        select image.hash::uuid as hash, listed.code from listed
        cross join jsonb_array_elements_text(listed.images) as image(hash)
      ), state as (
        select shown.hash,
          case
            when ${images.id} is null then
              -- Of a product that the import wrote last, each image has a row.
              case when bool_or(${products.lastImportId} = ${importId} and ${products.unmadeBy} is null) then 'lost' else 'superseded' end
            when ${images.status} = 'converted' then 'converted'
            when ${images.status} = 'failed' and ${images.nextAttemptAt} is null then 'failed'
            when ${images.nextAttemptAt} is not null or exists(
              select from ${imports} where ${imports.id} = ${images.importId} and ${imports.imagesReleasedAt} is null) then 'waiting'
            else 'lost'
          end as state
        from shown
        left join ${images} on ${images.sourceUrlHash} = shown.hash
        left join ${products} on ${products.supplierId} = ${supplierId} and ${products.code} = shown.code
        group by shown.hash, ${images.id}
      ), counts as (select state, count(*)::int as count from state group by state)
      select (
        select count(distinct code)::int from listed where code in (
          select unnest(${importChunks.productCodes}) from ${importChunks} where ${importChunks.importId} = ${importId})
        ) as recorded,
        coalesce((select jsonb_object_agg(state, count) from counts), '{}') as images`),
  );
  return { recorded: counted?.recorded ?? 0, images: { ...nothing.images, ...counted?.images } };
}
