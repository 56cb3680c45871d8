import { allFields, fields } from '../../../schema/fields/fields.ts';
import type { CompleteImage, CompleteVariant } from '../../../workflows/payloads/product.ts';
import { splitList } from '../values/split-list.ts';
import type { RowValues } from './row-values.ts';
import { text } from './row-values.ts';

/** What a product's cells have become so far. */
export type Made = {
  main: RowValues;
  variants: readonly (CompleteVariant & { values: RowValues })[];
  /** Rows that were read as variants, those that repeat another's among them. */
  variantRows: readonly RowValues[];
  images: readonly CompleteImage[];
  /** Options of the only variant, which are attributes of the product. */
  options: ReadonlyMap<string, string>;
};

type Cell = { header: string; text: string };

const singular = allFields.filter((field) => fields[field].column !== null && fields[field].of !== 'product');

/** Cells of a row that would be in nothing that was made of it: they are kept under their headers. */
export function unusedCells(values: RowValues, made: Made): Cell[] {
  return [...unusedHelpers(values, made), ...unusedOfVariants(values, made)];
}

/** Names of options without a value, options of a row that is no variant, alt texts without an image. */
function unusedHelpers({ helpers, row }: RowValues, { variants, images, options }: Made): Cell[] {
  if (helpers.length === 0) return [];
  const names = new Set([...variants.flatMap((variant) => Object.keys(variant.options)), ...options.keys()]);
  const chosen = new Set([...variants.flatMap((variant) => Object.values(variant.options)), ...options.values()]);
  const { noOption } = row.layout.convention;
  const isUsed = {
    optionName: (part: string) => names.has(part) || helpers.some((other) => other.text.toLowerCase() === noOption),
    optionValue: (part: string) => chosen.has(part) || part.toLowerCase() === noOption,
    alt: (part: string) => images.some(({ alt }) => alt === part),
  };
  return helpers.filter(({ text: helper, of }) => {
    const parts = of === 'alt' ? [helper] : [helper, ...helper.split('|').map((part) => part.trim())];
    const listed = of === 'optionValue' ? splitList(helper, row.layout.convention.valueSeparator) : [];
    if (listed.length > 1 && listed.every(isUsed.optionValue)) return false;
    return helper !== '' && !parts.some((part) => part === '' || isUsed[of](part));
  });
}

/** What only a variant has, in a row that is none. */
function unusedOfVariants(values: RowValues, { main, variantRows }: Made): Cell[] {
  if (variantRows.includes(values)) {
    // Both are the weight; grams are taken.
    const { weight, weightGrams } = values.fields;
    const other = weightGrams === undefined ? null : text(values, 'weight');
    return weight === undefined || other === null ? [] : [{ header: weight.header, text: other }];
  }
  return singular.flatMap((field) => {
    // What a product may have as well its own row has given it.
    if (values === main && fields[field].of === 'both') return [];
    const found = values.fields[field];
    const own = text(values, field);
    return found === undefined || own === null ? [] : [{ header: found.header, text: own }];
  });
}
