import type { Field } from '../../../schema/fields/fields.ts';
import type { Layout } from '../headers/layout.ts';
import { type Cell, type SourceRow, shownText } from '../sheets/cells.ts';
import { looksLikeUrl } from '../values/image-urls.ts';
import { continues } from './product-key.ts';

const total =
  /^(?:(?:grand|sub|net)[ -]?)?total(?:s|e|es|en)?\s*:?$|^(?:gesamt(?:summe)?|zwischensumme|summe|sous-total|suma|somme|totaal|razem|toplam|итого|всего|разом|合計|小計|合计|小计|总计)\s*:?$/i;

/** Longer texts are descriptions that go on in a row of their own. */
const longestHeading = 100;

/** Columns in whose place a heading stands: its own, or the first of the table. */
const ofHeadings: ReadonlySet<Field | undefined> = new Set<Field | undefined>([
  undefined,
  'title',
  'category',
  'brand',
  'attribute',
  'variantAttribute',
  'sku',
  'barcode',
  'id',
]);

/**
 * True for a row between the products of a price list that is none: the name of the group that follows, or a total. Only a
 * table with titles, prices and one more column has such rows, and none whose rows without a title continue a product.
 */
export function isHeading(layout: Layout, { cells }: SourceRow): boolean {
  const { index, columns } = layout;
  if (index.title === undefined || index.price === undefined) return false;
  const filled = [...cells.entries()].filter((entry): entry is [number, Cell] => shownText(entry[1]).trim() !== '');
  const texts = filled.filter(([, cell]) => !isAmount(cell));
  const [only] = texts;
  if (only === undefined || texts.length > 1) return false;
  const text = shownText(only[1]).trim();
  if (filled.length > 1) return total.test(text);
  if (continues(layout) || columns.filter((column) => column !== null).length < 3) return false;
  return text.length <= longestHeading && !looksLikeUrl(text) && ofHeadings.has(columns[only[0]]?.match?.field);
}

const isAmount = (cell: Cell) =>
  typeof cell === 'number' ||
  (typeof cell === 'object' && 'n' in cell) ||
  /^[^\p{L}]*\d[^\p{L}]*$/u.test(shownText(cell));
