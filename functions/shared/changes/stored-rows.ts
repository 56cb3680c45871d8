import { asc, eq, inArray, type SQL } from 'drizzle-orm';
import { images, productImages, products, productVariants } from '../../../schema/index.ts';
import type { Change, ChangeMark } from '../../../workflows/payloads/changes.ts';
import type { CompleteImage } from '../../../workflows/payloads/product.ts';
import type { Transaction } from '../database/database.ts';

/** All rows of a product, as they are stored. */
export type StoredRows = {
  product: typeof products.$inferSelect;
  /** In their order; inactive ones, too. */
  variants: (typeof productVariants.$inferSelect)[];
  /** In their order. */
  images: (CompleteImage & { imageId: number })[];
};

/** The rows of the products for which `where` is true, in three statements. */
export async function readStoredRows(transaction: Transaction, where: SQL | undefined): Promise<StoredRows[]> {
  const rows = await transaction.select().from(products).where(where);
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const variantRows = await transaction
    .select()
    .from(productVariants)
    .where(inArray(productVariants.productId, ids))
    .orderBy(asc(productVariants.position), asc(productVariants.id));
  const imageRows = await transaction
    .select({
      productId: productImages.productId,
      imageId: productImages.imageId,
      url: images.sourceUrl,
      urlHash: images.sourceUrlHash,
      alt: productImages.altText,
    })
    .from(productImages)
    .innerJoin(images, eq(images.id, productImages.imageId))
    .where(inArray(productImages.productId, ids))
    .orderBy(asc(productImages.position));
  const variantsOf = Map.groupBy(variantRows, ({ productId }) => productId);
  const imagesOf = Map.groupBy(imageRows, ({ productId }) => productId);
  return rows.map((product) => ({
    product,
    variants: variantsOf.get(product.id) ?? [],
    images: (imagesOf.get(product.id) ?? []).map(({ productId: _, ...image }) => image),
  }));
}

export const markOf = ({ lastImportId, unmadeBy }: StoredRows['product']): ChangeMark => ({ lastImportId, unmadeBy });

/** The rows as the before-image of a change. */
export function beforeImage({ product, variants, images }: StoredRows): NonNullable<Change['before']> {
  return {
    mark: markOf(product),
    product,
    variants,
    images: images.map(({ imageId, alt }) => ({ imageId, altText: alt })),
  };
}
