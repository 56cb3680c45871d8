import {
  type ProductColumn,
  productColumns,
  type StoredColumn,
  variantColumns,
} from '../../../schema/fields/fields.ts';
import type {
  CompleteProduct,
  CompleteVariant,
  ImportedProduct,
  ImportedVariant,
} from '../../../workflows/payloads/product.ts';
import { hashToUuid } from '../../shared/hash.ts';
import type { Speech } from '../headers/layout.ts';
import type { GroupRow } from './row-values.ts';

const optionalColumns = productColumns.filter(
  (column): column is Exclude<ProductColumn, 'title'> => column !== 'title',
);

/**
 * The product without what its rows' sheets have no column for, with the hash of the rest, and its JSON: what is hashed is
 * most of it, and making text of a product is dear.
 */
export function onlySpoken(
  product: Omit<CompleteProduct, 'contentHash' | 'sheets'>,
  rows: readonly GroupRow[],
): { product: ImportedProduct; json: string } {
  const sheets = new Map<number, Speech>();
  for (const { sheet, layout } of rows) if (!sheets.has(sheet)) sheets.set(sheet, layout.speech);
  const speeches = [...sheets.values()];
  const isSpoken = (column: StoredColumn, value: unknown) =>
    speeches.some(({ columns }) => columns.has(column)) ||
    // What a product on sale usually costs is its list price where the file has no other.
    (column === 'msrp' && value !== null) ||
    // Sizes with their stock in one cell.
    (column === 'quantity' && value !== null);
  const said: Omit<ImportedProduct, 'contentHash' | 'sheets'> = {
    ...product,
    variants: product.variants.map((variant) => variantSpoken(variant, isSpoken)),
  };
  for (const column of optionalColumns) if (!isSpoken(column, product[column])) said[column] = undefined;
  if (said.images !== undefined && !speeches.some(({ alts }) => alts))
    said.images = product.images.map(({ url, urlHash }) => ({ url, urlHash }));
  // Canonical: keys are in one order, attributes are sorted, and options stand in the supplier's order.
  const text = JSON.stringify(said);
  const digests = JSON.stringify(speeches.map(({ digest }) => digest).sort());
  const more = { sheets: [...sheets.keys()], contentHash: hashToUuid(`[${text},${digests}]`) };
  return { product: Object.assign(said, more), json: `${text.slice(0, -1)},${JSON.stringify(more).slice(1)}` };
}

function variantSpoken(
  variant: CompleteVariant,
  isSpoken: (column: StoredColumn, value: unknown) => boolean,
): ImportedVariant {
  const said: ImportedVariant = { ...variant };
  for (const column of variantColumns) if (!isSpoken(column, variant[column])) said[column] = undefined;
  return said;
}
