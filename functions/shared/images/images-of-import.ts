import { type SQL, sql } from 'drizzle-orm';
import { importChunks, productImages, products } from '../../../schema/index.ts';
import type { RegisteredImport } from '../../../workflows/payloads/upload.ts';

/** Ids of the images of all products that the import's file lists, changed or not, as a subquery of one column. */
export function imagesOfImport({ importId, supplierId }: Pick<RegisteredImport, 'importId' | 'supplierId'>): SQL {
  return sql`
    select distinct ${productImages.imageId}
    from ${importChunks}
    cross join unnest(${importChunks.productCodes}) as listed(code)
    join ${products} on ${products.supplierId} = ${supplierId} and ${products.code} = listed.code
    join ${productImages} on ${productImages.productId} = ${products.id}
    where ${importChunks.importId} = ${importId}`;
}
