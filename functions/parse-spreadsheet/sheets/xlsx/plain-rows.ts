import { limits } from '../../limits.ts';
import { type Cell, type Cells, cellWithLink, type SourceRow } from '../cells.ts';
import { columnIndex } from '../column-letters.ts';
import { decodePlainText, hasUnusualCharacter } from './plain-text.ts';
import { readNumber, readText } from './read-cell.ts';
import type { SharedStrings } from './shared-strings.ts';

/** What cells refer to: shared strings by index, hyperlinks by address, number formats by the index of their style. */
export type CellSources = {
  strings: Pick<SharedStrings, 'get'>;
  links: Map<string, string>;
  numberFormat: (style: number) => string | undefined;
};

// Sticky, and without two ways to match one text: linear over hostile text.
const openRow = /<row r="([1-9]\d{0,6})"((?: [\w:.]+="[^"<&]*")*)(\/?)>/y;
const wholeCell =
  /<c r="([A-Z]{1,3})\d+"(?: s="(\d{1,5})")?(?: t="(s|str|inlineStr|n|b)")?(?: s="(\d{1,5})")?(?:\/>|>(?:<v(?: xml:space="preserve")?>([^<]*)<\/v>|<is><t(?: xml:space="preserve")?>([^<]*)<\/t><\/is>)?<\/c>)/y;
const closeRow = '</row>';
const decimal = /^-?\d+(?:\.\d+)?(?:E[+-]?\d+)?$/i;
/** Letters for which exceljs may take a number format for a date's. */
const dateLetter = /[ymdhsb]/i;
const columns = new Map<string, number>();

/**
 * Reads whole rows of the form in which programs write nearly all: texts, numbers and booleans in order. Null where
 * anything in `text` is of another form (a formula, a date, rich text, a comment, damage): that is for exceljs, which
 * takes three times as long to read any row.
 */
export function readPlainRows(text: string, sources: CellSources): SourceRow[] | null {
  if (hasUnusualCharacter(text)) return null;
  const rows: SourceRow[] = [];
  for (let at = 0; at < text.length; ) {
    openRow.lastIndex = at;
    const [tag, number, attributes = '', empty] = openRow.exec(text) ?? [];
    if (tag === undefined) return null;
    at += tag.length;
    if (empty === '/') continue;
    // Its cells without a style have the row's.
    if (attributes.includes(' s="')) return null;
    const cells: Cells = [];
    const end = readCells(text, at, Number(number), cells, sources);
    if (end === null || !text.startsWith(closeRow, end)) return null;
    at = end + closeRow.length;
    if (cells.length > 0) rows.push({ number: Number(number), cells });
  }
  return rows;
}

/** Fills `cells` from `start` on; returns where they end, or null where one is not plain. */
function readCells(text: string, start: number, row: number, cells: Cells, sources: CellSources): number | null {
  wholeCell.lastIndex = start;
  let end = start;
  let previous = -1;
  for (let match = wholeCell.exec(text); match !== null; match = wholeCell.exec(text)) {
    end = wholeCell.lastIndex;
    const [, letters = '', style, type, styleAfterType, value, inline] = match;
    const column = columnOf(letters);
    if (column <= previous || column >= limits.columns) return null;
    previous = column;
    const content = value ?? inline;
    if (content === undefined) continue;
    const cell = readPlainCell(content, type, style ?? styleAfterType, sources);
    if (cell === undefined) return null;
    if (cell === null) continue;
    while (cells.length < column) cells.push(null);
    cells.push(sources.links.size === 0 ? cell : cellWithLink(cell, sources.links.get(`${letters}${row}`)));
  }
  return end;
}

/** Null where blank, undefined where not plain. */
function readPlainCell(
  content: string,
  type: string | undefined,
  style: string | undefined,
  { strings, numberFormat }: CellSources,
): Cell | null | undefined {
  if (type === 's') {
    const text = /^\d+$/.test(content) ? strings.get(Number(content)) : undefined;
    return text === undefined ? undefined : readText(text);
  }
  if (type === 'str' || type === 'inlineStr') {
    const text = decodePlainText(content);
    return text === undefined ? undefined : readText(text);
  }
  if (type === 'b') return content === '1' ? true : content === '0' ? false : undefined;
  const value = decimal.test(content) ? Number(content) : Number.NaN;
  if (!Number.isFinite(value)) return undefined;
  const format = style === undefined ? undefined : numberFormat(Number(style));
  return format !== undefined && dateLetter.test(format) ? undefined : readNumber(value, format);
}

function columnOf(letters: string): number {
  let column = columns.get(letters);
  if (column === undefined) {
    column = columnIndex(letters);
    columns.set(letters, column);
  }
  return column;
}
