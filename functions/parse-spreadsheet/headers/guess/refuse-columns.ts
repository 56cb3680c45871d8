import { priceFields, traitsOf } from '../../../../schema/fields/fields.ts';
import { UnclearColumnsError } from '../../../../workflows/errors.ts';
import { shorten } from '../../values/shorten.ts';
import type { Column, Layout } from '../layout.ts';

/** Characters of the headers, and of what they may be, that a refusal quotes: all of it fits into 500. */
const headerCharacters = 110;
const nearestCharacters = 70;

const howTo =
  'Choose the fields in columns.xlsx, which is among the reports, and drop it as {supplier}/columns.xlsx; or import again with --map "Header=field".';

/** The refusal of a file of which one row is a header, and no column of it is known for what a product needs. */
export function unknownHeader({ sheet, headerRow, columns }: Layout): UnclearColumnsError {
  const headers = columns.flatMap((column) => (column === null ? [] : [`“${shorten(column.header, 40)}”`]));
  const nearest = columns.flatMap((column) => {
    const field = column?.match?.field ?? column?.proposed;
    return column === null || field === undefined
      ? []
      : [`“${shorten(column.header, 40)}” as ${traitsOf(field).label}`];
  });
  const place = sheet === '' ? `Row ${headerRow}` : `Row ${headerRow} of the sheet “${shorten(sheet, 40)}”`;
  const guess = nearest.length === 0 ? '' : ` Nearest: ${listed(nearest, nearestCharacters)}.`;
  return new UnclearColumnsError(
    `${place} is no header of products (SKU, Title, Price, Image 1): it has ${listed(headers, headerCharacters)}.${guess} ${howTo}`,
  );
}

/**
 * The refusal of a file whose products would come out without a price although columns of it hold amounts: null where
 * one is read as the price, or none holds any, or the file names no products and only changes what it speaks of.
 */
export function withoutPrice(layouts: readonly Layout[]): UnclearColumnsError | null {
  const named = layouts.filter(({ index }) => index.title !== undefined);
  const unpriced = named.filter(({ columns }) => columns.some(mayBePrice));
  // A second sheet may price what the first one names.
  const priced = layouts.some((layout) => !unpriced.includes(layout) && hasPrice(layout));
  if (unpriced.length === 0 || priced) return null;
  const proposed = unpriced.flatMap(({ columns }) =>
    columns.flatMap((column) => (column !== null && mayBePrice(column) ? [`“${shorten(column.header, 40)}”`] : [])),
  );
  return new UnclearColumnsError(
    `No product would have a price: no column is read as it, but ${listed(proposed, headerCharacters)} ${proposed.length === 1 ? 'holds' : 'hold'} amounts of money. Say which is the price, or that it is an “attribute”. ${howTo}`,
  );
}

/** Whether a column that nobody named holds amounts of money. */
export const mayBePrice = (column: Column | null) => column?.proposed === 'price' && column.shape === 'amounts';

const hasPrice = ({ index }: Layout) => priceFields.some((field) => index[field] !== undefined);

function listed(names: string[], characters: number): string {
  const taken: string[] = [];
  for (const name of names) {
    if (taken.join(', ').length + name.length > characters) break;
    taken.push(name);
  }
  const more = names.length - taken.length;
  return `${taken.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
