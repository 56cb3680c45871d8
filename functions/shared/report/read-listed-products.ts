import { sql } from 'drizzle-orm';
import {
  imageStores,
  images,
  importChunks,
  productImages,
  products,
  type RenditionSize,
} from '../../../schema/index.ts';
import type { RegisteredImport } from '../../../workflows/payloads/upload.ts';
import type { Database } from '../database/database.ts';
import { imageKeys } from '../imports/object-keys.ts';
import { productsShown, type ReportedProduct, type Thumbnail } from './report-data.ts';

type Row = Omit<ReportedProduct, 'thumbnail'> & {
  baseUrl: string | null;
  objectKey: string | null;
  renditions: Record<string, RenditionSize> | null;
};

/**
 * The first products of the import's file, in its order, changed or not: `most` of them. Reads so many rows of products and
 * their images, and not the file's.
 */
export async function readListedProducts(
  database: Database,
  { importId, supplierId }: Pick<RegisteredImport, 'importId' | 'supplierId'>,
  most = productsShown,
): Promise<ReportedProduct[]> {
  const rows = await database.execute<Row>(sql`
    with listed as (
      select ${importChunks.chunk} as chunk, listed.code, listed.ordinal
      from ${importChunks} cross join unnest(${importChunks.productCodes}) with ordinality as listed(code, ordinal)
      where ${importChunks.importId} = ${importId}
      order by chunk, ordinal
      limit ${most}
    )
    select ${products.code} as code, ${products.title} as title, ${products.price} as price, ${products.currency} as currency,
      case when ${products.firstImportId} = ${importId} then 'created'
        when ${products.lastImportId} = ${importId} then 'updated' else 'unchanged' end as change,
      counted.images, counted.converted, thumbnail.*
    from listed join ${products} on ${products.supplierId} = ${supplierId} and ${products.code} = listed.code
    cross join lateral (
      select count(*)::int as images, (count(*) filter (where ${images.status} = 'converted'))::int as converted
      from ${productImages} join ${images} on ${images.id} = ${productImages.imageId}
      where ${productImages.productId} = ${products.id}
    ) as counted
    left join lateral (
      select ${imageStores.baseUrl} as "baseUrl", ${images.objectKey} as "objectKey", ${images.renditions} as renditions
      from ${productImages} join ${images} on ${images.id} = ${productImages.imageId}
      join ${imageStores} on ${imageStores.id} = ${images.storeId}
      where ${productImages.productId} = ${products.id}
      order by ${productImages.position}
      limit 1
    ) as thumbnail on true
    order by listed.chunk, listed.ordinal`);
  return rows.map(({ baseUrl, objectKey, renditions, ...product }) => ({
    ...product,
    thumbnail: baseUrl && objectKey && renditions ? thumbnailOf(baseUrl, objectKey, renditions) : null,
  }));
}

/** `thumb`, or what comes next to it: settings may leave it out. */
function thumbnailOf(baseUrl: string, prefix: string, renditions: Record<string, RenditionSize>): Thumbnail | null {
  const name = ['thumb', 'large', ...Object.keys(renditions)].find((candidate) => Object.hasOwn(renditions, candidate));
  const size = name === undefined ? undefined : renditions[name];
  if (name === undefined || size === undefined) return null;
  const [width, height] = size;
  return { url: `${baseUrl}/${imageKeys.rendition(prefix, name)}`, width, height };
}
