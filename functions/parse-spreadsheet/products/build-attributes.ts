import { allFields, type Field, fields, traitsOf } from '../../../schema/fields/fields.ts';
import type { CompleteImage, CompleteVariant } from '../../../workflows/payloads/product.ts';
import { assignments } from '../grouping/product-key.ts';
import { limits } from '../limits.ts';
import { linkText, shownText } from '../sheets/cells.ts';
import { isText } from './read-texts.ts';
import { otherStoreView, type Report, type RowValues, text } from './row-values.ts';
import { type Made, unusedCells } from './unused-cells.ts';

/**
 * Keeps every column that is no field, under its own header: the product's in the result, a variant's in the variant.
 * A value that differs from the product's belongs to its row's variant.
 */
export function assignAttributes(
  rows: readonly RowValues[],
  main: RowValues,
  variants: readonly (CompleteVariant & { values: RowValues })[],
  variantRows: readonly RowValues[],
  images: readonly CompleteImage[],
  report: Report,
): Record<string, string> {
  const options = new Map(productOptions(main, variants));
  const product = new Map(options);
  const made: Made = { main, variants, variantRows, images, options };
  const own = new Map(variants.map((variant) => [variant.values, new Map<string, string>()]));
  const optionsOf = new Map(variants.map(({ values, options }) => [values, options]));
  for (const values of [main, ...rows.filter((row) => row !== main)]) {
    const variant = own.get(values);
    for (const { header, text: value, ofVariant } of attributesOf(values, rows, made)) {
      if (optionsOf.get(values)?.[header] === value) continue;
      const known = product.get(header);
      if (
        variant !== undefined &&
        (ofVariant || (known !== value && (known !== undefined || values.kind === 'variant')))
      ) {
        variant.set(header, value);
      } else if (known === undefined) product.set(header, value);
      else if (known !== value) {
        const message = `“${known}” stands in row ${main.row.number}; the row belongs to no variant that could have a value of its own.`;
        report(values.row, 'conflicting_value', header, value, message);
      }
    }
  }
  for (const variant of variants) variant.attributes = sorted(own.get(variant.values) ?? new Map());
  return sorted(product);
}

/** By header, so that a file whose columns changed places is still the same product. */
function sorted(attributes: Map<string, string>): Record<string, string> {
  // Of plain strings, which sort without calls of a comparison.
  const headers = [...attributes.keys()].sort();
  return Object.fromEntries(headers.map((header) => [header, attributes.get(header) ?? '']));
}

/** Fields that a product has once, in one cell: a row's own value of one is kept as an attribute. */
const ofProduct = allFields.filter((field) => isSingular(field) && fields[field].of === 'product');
/** In a row of another shop also what a product shares with its variants. */
const ofStoreView = allFields.filter(isSingular);

function isSingular(field: Field): boolean {
  return traitsOf(field).column !== null && !traitsOf(field).repeated && traitsOf(field).kind !== 'currency';
}

type Attribute = { header: string; text: string; ofVariant: boolean };

function* attributesOf(values: RowValues, rows: readonly RowValues[], made: Made): Generator<Attribute> {
  const { main } = made;
  // It becomes part of the name of every attribute.
  const view = otherStoreView(values, main)?.slice(0, limits.headerCharacters).toWellFormed() ?? null;
  if (view === null) {
    yield* ownAttributes(values, rows, main);
    for (const cell of unusedCells(values, made)) yield { ...cell, ofVariant: values.kind === 'variant' };
  }
  // Magento: a row with the product's texts and prices in another shop, or in another language.
  else
    for (const attribute of ownAttributes(values, rows, main))
      yield { ...attribute, header: `${attribute.header} (${view})` };
}

function* ownAttributes(values: RowValues, rows: readonly RowValues[], main: RowValues): Generator<Attribute> {
  yield* values.attributes;
  const { attributeList, rowType, id, storeView, variantImage } = values.fields;
  const ofVariant = values.kind === 'variant';
  // The type and id of a row that is an image say nothing about the product.
  for (const kept of values.kind === 'image' ? [] : [rowType, id, storeView]) {
    if (kept !== undefined) yield { header: kept.header, text: shownText(kept.cell), ofVariant };
  }
  if (variantImage !== undefined) {
    yield { header: variantImage.header, text: linkText(variantImage.cell), ofVariant: true };
  }
  // Which of the product's images shows the variation is known from its row alone.
  if (ofVariant) for (const { header, text: images } of values.images) yield { header, text: images, ofVariant };
  for (const [name, value] of attributeList === undefined ? [] : assignments(shownText(attributeList.cell))) {
    if (value !== '')
      yield { header: name, text: value, ofVariant: values !== main && main.fields.children !== undefined };
  }
  const translated = otherStoreView(values, main) !== null;
  for (const field of values === main ? [] : translated ? ofStoreView : ofProduct) {
    const own = text(values, field);
    const header = values.fields[field]?.header;
    if (own === null || header === undefined) continue;
    const holder = translated || !isText(field) ? main : [main, ...rows].find((row) => text(row, field) !== null);
    if (values !== holder && own !== text(holder, field)) yield { header, text: own, ofVariant: true };
  }
}

/** Options that tell no variants apart, e.g. WooCommerce's `Color` of a simple product: they are the product's attributes. */
function productOptions(
  main: RowValues,
  variants: readonly (CompleteVariant & { values: RowValues })[],
): [string, string][] {
  const own = variants.find(({ values }) => values === main);
  if (own !== undefined && variants.length > 1) return [];
  if (main.kind !== null) {
    if (own !== undefined) own.options = {};
    const named = [...main.options.values()];
    return named.flatMap(({ name, value }) => (name === undefined || value === undefined ? [] : [[name, value]]));
  }
  const byCode = main.fields.code !== undefined && main.row.layout.convention.name !== 'template';
  if (own === undefined || byCode) return [];
  const implied = new Map(main.impliedOptions);
  own.options = Object.fromEntries(Object.entries(own.options).filter(([name]) => !implied.has(name)));
  return main.impliedOptions;
}
