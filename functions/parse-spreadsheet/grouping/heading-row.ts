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
  let filled = 0;
  let only = -1;
  let text = '';
  for (const [place, cell] of cells.entries()) {
    const shown = cell === null ? '' : shownText(cell).trim();
    if (cell === null || shown === '') continue;
    filled += 1;
    if (isAmount(cell)) continue;
    // Nearly every row has two texts in its first columns.
    if (only >= 0) return false;
    only = place;
    text = shown;
  }
  if (only < 0) return false;
  if (filled > 1) return total.test(text);
  if (continues(layout) || columns.filter((column) => column !== null).length < 3) return false;
  return text.length <= longestHeading && !looksLikeUrl(text) && ofHeadings.has(columns[only]?.match?.field);
}

const isAmount = (cell: Cell) =>
  typeof cell === 'number' ||
  (typeof cell === 'object' && 'n' in cell) ||
  /^[^\p{L}]*\d[^\p{L}]*$/u.test(shownText(cell));
