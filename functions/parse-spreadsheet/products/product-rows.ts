import { allFields, fields } from '../../../schema/fields/fields.ts';
import type { ProblemCode } from '../../shared/report/problem-kinds.ts';
import type { Problem } from '../problems.ts';
import { type Report, type RowValues, text } from './row-values.ts';

/** The row with the product's own values: of the product type where rows have types, else the first with a title. */
export function mainRow(rows: readonly RowValues[]): RowValues {
  const products = rows.filter(({ kind }) => kind === null || kind === 'product');
  const configurable = products.find((values) => values.fields.children !== undefined);
  const main = configurable ?? products.find((values) => text(values, 'title') !== null) ?? products[0] ?? rows[0];
  if (main === undefined) throw new Error('A product without rows');
  return main;
}

/**
 * Rows that share the SKU of another product: where nothing but a SKU tells products apart, a row with its own title
 * and the same options is another product whose SKU is wrong, not a variant.
 */
export function otherProducts(rows: readonly RowValues[], main: RowValues, report: Report): RowValues[] {
  return rows.filter((values) => {
    const { layout } = values.row;
    const byCode = layout.index.code !== undefined && values.fields.code !== undefined;
    const title = text(values, 'title');
    if (
      values === main ||
      byCode ||
      values.kind === 'variant' ||
      main.fields.children !== undefined ||
      title === null ||
      title === text(main, 'title')
    )
      return false;
    const optionsOf = (row: RowValues) => JSON.stringify([[...row.options], row.impliedOptions]);
    if (optionsOf(values) !== optionsOf(main)) return false;
    const header = values.fields.sku?.header ?? values.fields.title?.header ?? null;
    report(
      values.row,
      'duplicate_code',
      header,
      text(values, 'sku'),
      `Row ${main.row.number} has the same SKU for “${text(main, 'title')}”; expected a SKU of its own for “${title}”.`,
    );
    return true;
  });
}

/** Fields by which a row says something about a variant. */
const variantFields = allFields.filter((field) => {
  const { of, column, kind } = fields[field];
  return (of === 'variant' || of === 'both') && (column !== null || kind === 'option');
});

/** The rows that are variants: those of the variant type or, without types, all that say anything about one. */
export function variantsAmong(rows: readonly RowValues[], main: RowValues): RowValues[] {
  const typed = rows.filter(
    (values) => values.kind === 'variant' || (main.fields.children !== undefined && values !== main),
  );
  if (typed.length > 0) return typed;
  const isHead = saysNothing(main) && rows.some((values) => values !== main && hasOptions(values));
  return rows.filter(
    (values) =>
      (values === main && !isHead) ||
      (values.kind !== 'image' &&
        values !== main &&
        (variantFields.some((field) => values.fields[field] !== undefined) || hasOptions(values))),
  );
}

/** True for a row with nothing by which one orders it: the head of the variants below it (Spree). */
const saysNothing = (values: RowValues) =>
  !hasOptions(values) && text(values, 'sku') === null && text(values, 'barcode') === null;

const hasOptions = ({ options, impliedOptions }: RowValues) =>
  impliedOptions.length > 0 || [...options.values()].some(({ value }) => value !== undefined);

/** How many rows of a product are what in it; `skipped` has the reason of each that is nothing. */
export type PlacedRows = {
  products: number;
  variants: number;
  images: number;
  additions: number;
  skipped: ProblemCode[];
};

export const noRows: PlacedRows = { products: 0, variants: 0, images: 0, additions: 0, skipped: [] };

/** Each row once: as the product itself, a variant that it alone describes, images, or whatever else it adds. */
export function placeRows(
  rows: readonly RowValues[],
  main: RowValues,
  variantRows: readonly RowValues[],
  problems: readonly Problem[],
): PlacedRows {
  const placed: PlacedRows = { ...noRows, products: 1, skipped: [] };
  if (rows.length === 1) return placed;
  const ofVariants = new Set(variantRows);
  const repeating = new Map<string, ProblemCode>();
  for (const { code, sheet, row } of problems)
    if (code === 'duplicate_row' || code === 'duplicate_variant') repeating.set(`${row} ${sheet}`, code);
  for (const values of rows) {
    if (values === main) continue;
    const repeats = repeating.get(`${values.row.number} ${values.row.layout.sheet}`);
    if (ofVariants.has(values)) placed.variants += 1;
    else if (values.images.length > 0) placed.images += 1;
    else if (repeats !== undefined) placed.skipped.push(repeats);
    else placed.additions += 1;
  }
  return placed;
}
