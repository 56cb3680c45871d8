import { type Cell, identifierText, linkText, nothing, shownText } from '../../sheets/cells.ts';
import { isGtin } from '../../values/gtin.ts';
import { imageUrl, splitImageList } from '../../values/image-urls.ts';

/** What the cells of a column look like, whatever its header says. */
export type Shape = 'images' | 'urls' | 'barcodes' | 'amounts' | 'codes' | 'titles' | 'names' | 'texts' | 'integers';

/** What people call a column of the shape, in a sentence. */
export const shapeNames: Record<Shape, string> = {
  images: 'addresses of images',
  urls: 'web addresses',
  barcodes: 'barcodes with valid check digits',
  amounts: 'amounts of money',
  codes: 'short codes, each another',
  titles: 'short texts, each another',
  names: 'short texts, few of them repeated',
  texts: 'long texts',
  integers: 'whole numbers',
};

/** Fewer say nothing of a column. */
const fewest = 3;

/** The shape that nearly all filled cells of a column have; null where they have none, or are fewer than three. */
export function shapeOf(cells: readonly (Cell | null | undefined)[]): Shape | null {
  const filled = cells.filter((cell): cell is Cell => {
    const text = shownText(cell).trim();
    return text !== '' && !nothing.test(text);
  });
  if (filled.length < fewest) return null;
  const texts = filled.map((cell) => identifierText(cell));
  const distinct = new Set(texts).size / texts.length;
  const most = (matches: (text: string) => boolean, share = 0.9) =>
    texts.filter(matches).length >= share * texts.length;

  const links = filled.flatMap((cell) => splitImageList(linkText(cell)));
  if (links.every((link) => imageUrl(link) !== null)) {
    return links.filter((link) => imageFile.test(link)).length >= 0.9 * links.length ? 'images' : 'urls';
  }
  if (distinct > 0.5 && most(isGtin)) return 'barcodes';
  if (isMoney(filled)) return 'amounts';
  if (most((text) => /^-?\d{1,9}$/.test(text)) && texts.some((text) => !/^[01]$/.test(text))) {
    // Numbers of which each is another are perhaps codes, and never yes or no.
    if (distinct < 0.95) return 'integers';
  }
  // What every row has, and no two rows share.
  const complete = filled.length === cells.length && distinct === 1;
  if (complete && most(isCode, 1)) return 'codes';
  const words = (text: string) => text.split(/\s+/).length;
  const length = texts.reduce((total, text) => total + text.length, 0) / texts.length;
  if (length > 120 && most((text) => words(text) > 5)) return 'texts';
  if (filled.length < 0.9 * cells.length || length > 120 || !most(isTitle)) return null;
  if (filled.length === cells.length && distinct > 0.9) return 'titles';
  // Sizes of one article share its name; a brand or a category is of many more.
  return distinct > 0.4 ? 'names' : null;
}

const imageFile = /\.(?:jpe?g|png|webp|gif|avif|tiff?)(?:$|[?&#/])/i;

/** No space, and a digit: `AB-1034`, not `Red`. Dates, amounts and bare row numbers are none. */
const isCode = (text: string) =>
  /^[\p{L}\p{N}][\p{L}\p{N}._/#-]{2,39}$/u.test(text) &&
  /\d/.test(text) &&
  !/^\d{1,4}[./-]\d{1,2}([./-]\d{1,4})?$/.test(text) &&
  !/^\d+[.,]\d+\p{L}*$/u.test(text) &&
  !/^\d{1,3}$/.test(text);

const isTitle = (text: string) => /\p{L}{2}/u.test(text) && !text.includes('@') && !text.includes('://');

const mark = '(?:\\p{Sc}|[A-Z]{2,3}\\p{Sc}?|kr\\.?|zł|Kč|lei|лв|руб\\.?|грн)';
const amount = new RegExp(`^(${mark}\\s?)?(\\d{1,3}(?:[.,'\\s]?\\d{3})*)([.,]\\d{2})?(\\s?${mark})?$`, 'u');

/**
 * Amounts of money: with a currency beside them, or with two decimals of which the last is mostly 0, 5 or 9, as prices
 * have it. Weights and measures end in any digit.
 */
function isMoney(cells: readonly Cell[]): boolean {
  const amounts = cells.map((cell) => amount.exec(twoDecimals(cell))).filter((match) => match !== null);
  if (amounts.length < 0.9 * cells.length) return false;
  const marked = amounts.filter((match) => match[1] !== undefined || match[4] !== undefined);
  if (marked.length >= 0.9 * amounts.length) return true;
  const decimals = amounts.flatMap((match) => match[3] ?? []);
  const broken = decimals.filter((text) => !text.endsWith('00'));
  return (
    decimals.length >= 0.9 * amounts.length &&
    broken.length >= 0.2 * amounts.length &&
    decimals.filter((text) => /[059]$/.test(text)).length >= 0.75 * decimals.length
  );
}

/** A number of a workbook as money is written: 12.5 is 12.50. */
function twoDecimals(cell: Cell): string {
  const value =
    typeof cell === 'number' ? cell : typeof cell === 'object' && 'n' in cell && cell.f === 'General' ? cell.n : null;
  if (value === null) return shownText(cell).trim();
  return Math.abs(value * 100 - Math.round(value * 100)) < 1e-6 ? value.toFixed(2) : String(value);
}
