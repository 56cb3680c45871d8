import { limits } from '../limits.ts';
import { splitList } from '../values/split-list.ts';
import type { Variant } from './build-variants.ts';
import { type Report, type RowValues, text } from './row-values.ts';
import { readIdentifier, skusIn } from './typed-values.ts';

/** One value of an option; `quantity` where the cell says how many there are of it. */
type Choice = { value: string; quantity: number | null };

/**
 * A row whose cells list the values of its options is a variant for each combination of them: Etsy's
 * `VARIATION 1 VALUES`, and sizes with their stock in one cell (`24m:0;18m:2`). What the row has once, such as its SKU and
 * the quantity of all, is no single variant's: it stays as the product's attribute. So does a list of SKUs (reported):
 * Etsy's are in an order of their own.
 */
export function expandVariants(variant: Variant, report: Report): Variant[] {
  const lists = Object.entries(variant.options).map(
    ([name, value]) => [name, choicesOf(value, variant.values)] as const,
  );
  const count = lists.reduce((product, [, choices]) => product * choices.length, 1);
  const { values } = variant;
  const skus = skusIn(values).length;
  if (count < 2 || count > limits.variantsPerRow)
    return [skus > 1 ? { ...variant, sku: readIdentifier(values, 'sku', report) } : variant];
  if (skus > 1) {
    const message = `The cell has ${skus} SKUs and the row ${count} variants; nothing says whose they are: the list is kept as an attribute.`;
    report(values.row, 'sku_list', values.fields.sku?.header ?? null, text(values, 'sku'), message);
  }
  const counted = lists.some(([, choices]) => choices.some(({ quantity }) => quantity !== null));
  keepAsAttributes(values, counted ? ['sku', 'barcode'] : ['sku', 'barcode', 'quantity']);
  let combinations: { options: Record<string, string>; quantity: number | null }[] = [{ options: {}, quantity: null }];
  for (const [name, choices] of lists)
    combinations = combinations.flatMap(({ options, quantity }) =>
      choices.map((choice) => ({
        options: { ...options, [name]: choice.value },
        quantity: choice.quantity ?? quantity,
      })),
    );
  return combinations.map((combination) => ({ ...variant, sku: null, barcode: null, ...combination }));
}

/** `24m:0;18m:2`: at least two, since one may be a ratio or a time. */
const stockOfSizes = /^(?:[^:;,|]{1,40}:\s*\d{1,9}\s*[;,|]\s*)+[^:;,|]{1,40}:\s*\d{1,9}\s*[;,|]?$/;

function choicesOf(value: string, { row }: RowValues): Choice[] {
  if (value.length <= longestStockList && stockOfSizes.test(value))
    return value.split(/[;,|]/).flatMap((part) => {
      const colon = part.lastIndexOf(':');
      return colon < 0 ? [] : [{ value: part.slice(0, colon).trim(), quantity: Number(part.slice(colon + 1)) }];
    });
  return splitList(value, row.layout.convention.valueSeparator).map((one) => ({ value: one, quantity: null }));
}

const longestStockList = 2_000;

function keepAsAttributes(values: RowValues, kept: readonly ('sku' | 'barcode' | 'quantity')[]): void {
  for (const field of kept) {
    const found = values.fields[field];
    const own = text(values, field);
    if (found !== undefined && own !== null)
      values.attributes.push({ header: found.header, text: own, ofVariant: false });
  }
}
