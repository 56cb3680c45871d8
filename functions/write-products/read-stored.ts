import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import { variantColumns } from '../../schema/fields/fields.ts';
import { images, productImages, products, productVariants } from '../../schema/index.ts';
import type { CompleteImage, CompleteProduct, CompleteVariant } from '../../workflows/payloads/product.ts';
import { textRows } from '../shared/database/bulk-insert.ts';
import type { Transaction } from '../shared/database/database.ts';
import { productTableColumns } from './stored-columns.ts';

/** A product as it is stored. */
export type StoredProduct = Omit<CompleteProduct, 'sheets' | 'contentHash' | 'variants'> & {
  /** In their order; inactive ones, too. */
  variants: StoredVariant[];
};
export type StoredVariant = CompleteVariant & { active: boolean };

/** All that is stored of the supplier's products with these codes, by code. */
export async function readStored(
  transaction: Transaction,
  supplierId: number,
  codes: readonly string[],
): Promise<Map<string, StoredProduct>> {
  if (codes.length === 0) return new Map();
  const rows = await transaction
    .select()
    .from(products)
    .where(and(eq(products.supplierId, supplierId), sql`${products.code} in (${textRows(codes)})`));
  const ids = rows.map(({ id }) => id);
  const variantRows = await transaction
    .select()
    .from(productVariants)
    .where(inArray(productVariants.productId, ids))
    .orderBy(asc(productVariants.position), asc(productVariants.id));
  const imageRows = await transaction
    .select({
      productId: productImages.productId,
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
  return new Map(
    rows.map((row) => [
      row.code,
      {
        ...pick(row, ['code', 'attributes', ...productTableColumns]),
        active: row.status === 'active',
        variants: (variantsOf.get(row.id) ?? []).map(
          (variant): StoredVariant => ({
            ...pick(variant, ['options', 'attributes', ...variantColumns]),
            key: variant.variantKey,
            active: variant.status === 'active',
          }),
        ),
        images: (imagesOf.get(row.id) ?? []).map(({ url, urlHash, alt }): CompleteImage => ({ url, urlHash, alt })),
      },
    ]),
  );
}

function pick<T extends object, K extends keyof T>(row: T, keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(keys.map((key) => [key, row[key]])) as Pick<T, K>;
}
