import { and, eq, sql } from 'drizzle-orm';
import { variantColumns } from '../../schema/fields/fields.ts';
import { products } from '../../schema/index.ts';
import type { CompleteImage, CompleteProduct, CompleteVariant } from '../../workflows/payloads/product.ts';
import { readStoredRows, type StoredRows } from '../shared/changes/stored-rows.ts';
import { textRows } from '../shared/database/bulk-insert.ts';
import type { Transaction } from '../shared/database/database.ts';
import { productTableColumns } from './stored-columns.ts';

/** A product as it is stored. */
export type StoredProduct = Omit<CompleteProduct, 'sheets' | 'contentHash' | 'variants'> & {
  /** In their order; inactive ones, too. */
  variants: StoredVariant[];
};
export type StoredVariant = CompleteVariant & { active: boolean };

/** The rows of the supplier's products with these codes, by code. */
export async function readRows(
  transaction: Transaction,
  supplierId: number,
  codes: readonly string[],
): Promise<Map<string, StoredRows>> {
  if (codes.length === 0) return new Map();
  const isAsked = and(eq(products.supplierId, supplierId), sql`${products.code} in (${textRows(codes)})`);
  const rows = await readStoredRows(transaction, isAsked);
  return new Map(rows.map((stored) => [stored.product.code, stored]));
}

/** What the rows say; nothing where an undo has unmade the product, and nothing of variants that it has unmade. */
export function storedProduct(rows: StoredRows | undefined): StoredProduct | undefined {
  if (rows === undefined || rows.product.unmadeBy !== null) return undefined;
  return {
    ...pick(rows.product, ['code', 'attributes', ...productTableColumns]),
    active: rows.product.status === 'active',
    variants: rows.variants
      .filter(({ unmadeBy }) => unmadeBy === null)
      .map((variant) => ({
        ...pick(variant, ['options', 'attributes', ...variantColumns]),
        key: variant.variantKey,
        active: variant.status === 'active',
      })),
    images: rows.images.map(({ url, urlHash, alt }): CompleteImage => ({ url, urlHash, alt })),
  };
}

function pick<T extends object, K extends keyof T>(row: T, keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(keys.map((key) => [key, row[key]])) as Pick<T, K>;
}
