import { CorruptSpreadsheetError, SpreadsheetTooLargeError } from '../../../../workflows/errors.ts';
import { limits } from '../../limits.ts';
import { type Cell, showsDate, storableText, textOfFormula } from '../cells.ts';
import { decodeReferences } from './hyperlinks.ts';
import type { SharedStrings } from './shared-strings.ts';
import type { ExcelCell } from './workbook-reader.ts';

/** A cell of exceljs as ours; null where blank. */
export function readCell(excelCell: ExcelCell, strings: Pick<SharedStrings, 'get'>): Cell | null {
  const value: unknown = excelCell.value;
  if (typeof value === 'string') return readText(value);
  if (typeof value === 'number') return Number.isFinite(value) ? readNumber(value, excelCell.numFmt) : null;
  if (typeof value === 'boolean') return value;
  if (value instanceof Date) return readDate(value, excelCell.numFmt);
  if (typeof value !== 'object' || value === null) return null;
  if ('sharedString' in value) {
    const text = strings.get(Number(value.sharedString));
    if (text === undefined)
      throw new CorruptSpreadsheetError(`Cell ${excelCell.address} names a text that the workbook does not have.`);
    return readText(text);
  }
  if ('error' in value) return { e: String(value.error) };
  if ('formula' in value) return readFormula(value, excelCell);
  throw new CorruptSpreadsheetError(`Cell ${excelCell.address} holds no value that this import knows.`);
}

/** The cached result; a formula that only links says its target (`=HYPERLINK("https://…","photo")`). */
function readFormula(value: object, excelCell: ExcelCell): Cell {
  const formula = 'formula' in value ? decodeReferences(String(value.formula)) : '';
  const result: unknown = 'result' in value ? value.result : undefined;
  if (/^\s*(?:HYPERLINK|IMAGE|_xlfn\.IMAGE)\(/i.test(formula)) {
    const link = textOfFormula(`=${formula.replace(/^\s*_xlfn\./i, '')}`);
    if (link?.link != null)
      return { t: typeof result === 'string' && result !== '' ? result : link.text, l: link.link };
  }
  if (typeof result === 'string') return readText(result) ?? '';
  if (typeof result === 'boolean') return result;
  if (result instanceof Date) return readDate(result, excelCell.numFmt);
  if (typeof result !== 'number') return { e: 'no result' };
  // exceljs reads the cached result of a failed formula as NaN.
  if (Number.isNaN(result)) return { e: '#ERROR' };
  if (excelCell.numFmt && showsDate(excelCell.numFmt))
    return readDate(new Date(Math.round((result - 25569) * 86_400_000)), excelCell.numFmt);
  return readNumber(result, excelCell.numFmt);
}

/** A text as a cell; null where blank. */
export function readText(text: string): Cell | null {
  if (text.trim() === '') return null;
  if (text.length > limits.cellCharacters)
    throw new SpreadsheetTooLargeError(
      `A cell holds ${text.length} characters; at most ${limits.cellCharacters} are accepted.`,
    );
  // Excel escapes control characters: _x000D_ is a carriage return.
  if (!text.includes('_x')) return text;
  return storableText(
    text.replace(/_x([0-9A-F]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
  );
}

export function readNumber(value: number, numberFormat: string | undefined): Cell {
  return numberFormat === undefined || numberFormat === 'General' ? value : { n: value, f: numberFormat };
}

/** exceljs takes formats such as `0.0\ \l\b\s` for dates, for the letters in them: those are turned back into numbers. */
function readDate(date: Date, numberFormat: string | undefined): Cell {
  if (Number.isNaN(date.getTime())) return { e: 'invalid date' };
  const serial = Math.round((date.getTime() / 86_400_000 + 25569) * 1e8) / 1e8;
  if (numberFormat !== undefined && !showsDate(numberFormat)) return readNumber(serial, numberFormat);
  const iso = date.toISOString();
  // A time of day is a date of the day before the first.
  if (serial >= 0 && serial < 1) return { d: iso.slice(11, 19), f: numberFormat ?? 'hh:mm:ss' };
  return { d: iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : iso.slice(0, 19), f: numberFormat ?? 'yyyy-mm-dd' };
}
