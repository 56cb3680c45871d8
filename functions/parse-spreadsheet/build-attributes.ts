import type { ImportedVariant } from '../../workflows/payloads.ts';
import { linkText, shownText } from './cells.ts';
import { assignments } from './product-key.ts';
import { type Report, type RowValues, text } from './row-values.ts';

/**
 * Keeps every column that is no field, under its own header: the product's in the result, a variant's in the variant.
 * A value that differs from the product's belongs to its row's variant.
 */
export function assignAttributes(
  rows: readonly RowValues[],
  main: RowValues,
  variants: readonly (ImportedVariant & { values: RowValues })[],
  report: Report,
): Record<string, string> {
  const product: Record<string, string> = {};
  const variantOf = new Map(variants.map((variant) => [variant.values, variant]));
  addProductOptions(product, main, variants);
  for (const values of [main, ...rows.filter((row) => row !== main)]) {
    const variant = variantOf.get(values);
    for (const { header, text, ofVariant } of attributesOf(values, main)) {
      if (ofVariant && variant !== undefined) variant.attributes[header] = text;
      else if (product[header] === undefined && (values === main || variant === undefined || !values.kind))
        product[header] = text;
      else if (product[header] !== text && variant !== undefined) variant.attributes[header] = text;
      else if (product[header] === undefined) product[header] = text;
      else if (product[header] !== text) {
        report(
          values.row,
          'conflicting_value',
          header,
          text,
          `“${product[header]}” stands in row ${main.row.number}; the row belongs to no variant that could have a value of its own.`,
        );
      }
    }
  }
  for (const variant of variants) variant.attributes = sorted(variant.attributes);
  return sorted(product);
}

/** By header, so that a file whose columns changed places is still the same product. */
function sorted(attributes: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

/** Fields that a product has once: a variant's own value of one is kept as its attribute. */
const ofProduct = [
  'title',
  'description',
  'brand',
  'category',
  'length',
  'width',
  'height',
  'status',
  'published',
] as const;

function* attributesOf(
  values: RowValues,
  main: RowValues,
): Generator<{ header: string; text: string; ofVariant: boolean }> {
  yield* values.attributes;
  const { attributeList, rowType, id, variantImage } = values.fields;
  const ofVariant = values.kind === 'variant';
  for (const kept of [rowType, id]) {
    if (kept !== undefined) yield { header: kept.header, text: shownText(kept.cell), ofVariant };
  }
  if (variantImage !== undefined) {
    yield { header: variantImage.header, text: linkText(variantImage.cell), ofVariant: true };
  }
  // Which of the product's images shows the variation is known from its row alone.
  if (ofVariant) for (const { header, text: images } of values.images) yield { header, text: images, ofVariant };
  for (const [name, value] of attributeList === undefined ? [] : assignments(shownText(attributeList.cell))) {
    if (value !== '') yield { header: name, text: value, ofVariant: false };
  }
  for (const field of values === main ? [] : ofProduct) {
    const own = text(values, field);
    const header = values.fields[field]?.header;
    if (own !== null && header !== undefined && text(main, field) !== null && own !== text(main, field)) {
      yield { header, text: own, ofVariant: true };
    }
  }
}

/** Attributes that a product has without its variants differing in them, e.g. WooCommerce's `Color` of a simple product. */
function addProductOptions(
  product: Record<string, string>,
  main: RowValues,
  variants: readonly (ImportedVariant & { values: RowValues })[],
): void {
  const own = variants.find(({ values }) => values === main);
  if (own !== undefined && variants.length > 1) return;
  if (own !== undefined && main.kind === null && main.impliedOptions.length === 0) return;
  for (const { name, value } of main.options.values())
    if (main.kind !== null && name !== undefined && value !== undefined) product[name] = value;
  if (own === undefined) return;
  if (main.kind !== null) own.options = {};
  else if (main.fields.code === undefined || main.row.layout.convention.name === 'template') {
    for (const [name, value] of main.impliedOptions) {
      product[name] = value;
      delete own.options[name];
    }
  }
}
