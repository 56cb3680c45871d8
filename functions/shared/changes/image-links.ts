import { sql } from 'drizzle-orm';
import { productImages } from '../../../schema/index.ts';
import { differsFromExcluded, insertRows, recordset, setExcluded } from '../database/bulk-insert.ts';
import type { Transaction } from '../database/database.ts';

/** A product's images in their order, from position 0 on. */
export type ImageLinks = { productId: number; images: readonly { imageId: number; altText: string | null }[] };

/** Writes the links that differ. */
export async function writeImageLinks(transaction: Transaction, listed: readonly ImageLinks[]): Promise<void> {
  const rows = listed.flatMap(({ productId, images }) =>
    images.map(({ imageId, altText }, position) => ({ productId, position, imageId, altText })),
  );
  if (rows.length === 0) return;
  const replaced = [productImages.imageId, productImages.altText];
  await transaction.execute(sql`
    ${insertRows(productImages, rows)}
    on conflict (${sql.identifier(productImages.productId.name)}, ${sql.identifier(productImages.position.name)}) do update
    set ${setExcluded(replaced)} where ${differsFromExcluded(replaced)}`);
}

/** Removes the links beyond those listed. */
export async function removeOtherImageLinks(transaction: Transaction, listed: readonly ImageLinks[]): Promise<void> {
  if (listed.length === 0) return;
  const counts = listed.map(({ productId, images }) => ({ productId, position: images.length }));
  await transaction.execute(sql`
    delete from ${productImages} using ${recordset(productImages, 'kept', counts)}
    where ${productImages.productId} = kept.product_id and ${productImages.position} >= kept.position`);
}
