import { kindOf, productColumns, type StoredColumn, variantColumns } from '../../schema/fields/fields.ts';
import type { CompleteProduct, CompleteVariant } from '../../workflows/payloads/product.ts';
import type { StoredProduct } from './read-stored.ts';

/** True where writing the product would change nothing. */
export function isStored(product: CompleteProduct, stored: StoredProduct): boolean {
  const active = stored.variants.filter((variant) => variant.active);
  return contentOf(product, product.variants) === contentOf(stored, active);
}

type Values = Omit<CompleteProduct, 'sheets' | 'contentHash' | 'variants'>;

function contentOf(product: Values, variants: readonly CompleteVariant[]): string {
  return JSON.stringify([
    productColumns.map((column) => (column === 'images' ? null : comparable(column, product[column]))),
    sorted(product.attributes),
    variants.map((variant) => [
      variant.key,
      variantColumns.map((column) => comparable(column, variant[column])),
      // As listed: the order of options is the supplier's.
      Object.entries(variant.options),
      sorted(variant.attributes),
    ]),
    [...new Map(product.images.map(({ urlHash, alt }) => [urlHash, alt]))],
  ]);
}

/** `10` and `10.0000` are one number; they have at most 14 digits. */
export function comparable(column: StoredColumn, value: unknown): unknown {
  const isNumber = ['money', 'weight', 'length'].includes(kindOf(column));
  return isNumber && value !== null ? Number(value) : value;
}

const sorted = (attributes: Record<string, string>) =>
  Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
