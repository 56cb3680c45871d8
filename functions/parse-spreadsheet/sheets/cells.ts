import { format, isDateFormat } from 'numfmt';
import { SpreadsheetTooLargeError } from '../../../workflows/errors.ts';
import { limits } from '../limits.ts';

/**
 * A cell as read. What plain text cannot say is kept beside it: `n` a number with its number format `f`, `d` a date
 * (ISO 8601) with its format, `e` an error value, `t` a text with the link `l` it carries. Short keys: rows are spooled as JSON.
 */
export type Cell = string | number | boolean | NumberCell | DateCell | ErrorCell | LinkCell;
export type NumberCell = { n: number; f: string };
export type DateCell = { d: string; f: string };
export type ErrorCell = { e: string };
export type LinkCell = { t: string; l: string };

export type Cells = (Cell | null)[];

/** One row with content; `number` as the spreadsheet program shows it. */
export type SourceRow = { number: number; cells: Cells };

/** A table of a file; its rows are read when asked for, in batches. */
export type SourceSheet = { name: string; hidden: boolean; rows: AsyncGenerator<SourceRow[]> };

/** The refusal of a file with more than so many cells. */
export function tooManyCells(most: number = limits.cells): SpreadsheetTooLargeError {
  return new SpreadsheetTooLargeError(
    `The file has more than ${most} cells, empty ones included. Delete empty rows and columns, or split the file.`,
  );
}

/** Text without what PostgreSQL cannot store: zero characters and halves of surrogate pairs. */
export function storableText(text: string): string {
  return (text.includes('\0') ? text.replaceAll('\0', '') : text).toWellFormed();
}

/** The error values of spreadsheet programs, which csv exports carry as text. */
const errorValue = /^#(N\/A|REF!|VALUE!|DIV\/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA)$/;

/** The error a cell shows, or null. */
export function cellError(cell: Cell): string | null {
  if (typeof cell === 'string') return cell.startsWith('#') && errorValue.test(cell.trim()) ? cell.trim() : null;
  return typeof cell === 'object' && 'e' in cell ? cell.e : null;
}

/** The digits of a number without exponent, to the 15 that spreadsheet programs keep. */
function plainNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Number.isInteger(value)) return Math.abs(value) < 1e21 ? String(value) : BigInt(value).toString();
  const shortest = String(value);
  // Most have few digits, which rounding would leave.
  if (shortest.length <= 16 && !shortest.includes('e')) return shortest;
  const rounded = Number(value.toPrecision(15));
  if (Math.abs(rounded) >= 1e-6) return String(rounded);
  return rounded.toFixed(20).replace(/\.?0+$/, '');
}

/** Formats such as `00000` and `000-00-0000`, whose zeros and dashes belong to the identifier. */
const identifierFormat = /^[0#?\-\s()/\\_@.]+$/;

/** The text a person sees in the cell: numbers by their format, dates as ISO 8601, links by their text. */
export function shownText(cell: Cell | null | undefined): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell === 'string') return textOfFormula(cell)?.text ?? cell;
  if (typeof cell === 'number') return plainNumber(cell);
  if (typeof cell === 'boolean') return cell ? 'TRUE' : 'FALSE';
  if ('n' in cell) return /e\+/i.test(cell.f) ? plainNumber(cell.n) : formatted(cell);
  if ('d' in cell) return cell.d;
  if ('e' in cell) return cell.e;
  return cell.t;
}

/** An identifier as typed or displayed: leading zeros of a format kept, exponents never used, one leading apostrophe dropped. */
export function identifierText(cell: Cell | null | undefined): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell === 'object' && 'n' in cell) {
    const literalsDropped = cell.f.replace(/"[^"]*"|\\./g, '');
    const decimals = /\./.test(literalsDropped) && Number.isInteger(cell.n);
    return identifierFormat.test(literalsDropped) && !decimals ? formatted(cell).trim() : plainNumber(cell.n);
  }
  const text = shownText(cell).trim();
  return text.startsWith("'") ? text.slice(1).trim() : text;
}

function formatted(cell: NumberCell): string {
  try {
    return format(cell.f, cell.n);
  } catch {
    // A format that numfmt cannot read is one no person can have meant: the digits are what is certain.
    return plainNumber(cell.n);
  }
}

const hyperlinkFormula = /^\s*=\s*(?:HYPERLINK|IMAGE)\(\s*"((?:[^"]|"")*)"\s*(?:[,;]\s*"((?:[^"]|"")*)")?/i;
const quotedText = /^=\s*"((?:[^"]|"")*)"$/;

/**
 * What a formula that is only a text says: the target and label of `=HYPERLINK("https://…","photo")`, and the text of
 * `="00123"`, with which csv files keep leading zeros. Null for any other text.
 */
export function textOfFormula(text: string): { text: string; link: string | null } | null {
  if (!text.trimStart().startsWith('=')) return null;
  const link = hyperlinkFormula.exec(text);
  if (link?.[1] !== undefined) {
    const target = link[1].replaceAll('""', '"');
    return { text: link[2]?.replaceAll('""', '"') ?? target, link: target };
  }
  const quoted = quotedText.exec(text.trim())?.[1];
  return quoted === undefined ? null : { text: quoted.replaceAll('""', '"'), link: null };
}

/** Cells that say "nothing". */
export const nothing = /^(n\/?a|none|null|nil|\p{Sc}?\s*(?:-+|—|–))$/iu;

/** The text of a cell that should hold a URL: a link's target counts, its label does not. */
export function linkText(cell: Cell | null | undefined): string {
  if (typeof cell === 'string') {
    const formula = textOfFormula(cell);
    return formula?.link ?? formula?.text ?? cell;
  }
  if (typeof cell === 'object' && cell !== null && 'l' in cell) {
    // Excel links a cell that lists several URLs to the first: the list is what the supplier typed.
    const listed = cell.t.match(/https?:\/\//gi)?.length ?? 0;
    return listed > 1 || !/^https?:/i.test(cell.l) ? cell.t : cell.l;
  }
  return shownText(cell);
}

/** A text with the link that its cell carries, if any. */
export function cellWithLink(cell: Cell, link: string | undefined): Cell {
  return link !== undefined && typeof cell === 'string' ? { t: cell, l: link } : cell;
}

/** True for number formats that show dates or times, escaped literals such as `\l\b\s` not mistaken for one. */
export function showsDate(numberFormat: string): boolean {
  try {
    return isDateFormat(numberFormat);
  } catch {
    return false;
  }
}
