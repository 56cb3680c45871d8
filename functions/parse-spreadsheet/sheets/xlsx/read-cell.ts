import { SpreadsheetTooLargeError } from '../../../../workflows/errors.ts';
import { limits } from '../../limits.ts';
import { type Cell, storableText, textOfFormula } from '../cells.ts';
import type { NumberFormat } from './number-formats.ts';

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

/**
 * The content of `<v>` as a cell, by the cell's type (ECMA-376 part 1, 18.18.11) and the format of its style; null where
 * blank. Shared strings are looked up before.
 */
export function readValue(
  value: string,
  type: string | undefined,
  format: NumberFormat | undefined,
  date1904: boolean,
): Cell | null {
  if (type === 'str' || type === 'inlineStr') return readText(value);
  const written = value.trim();
  if (written === '') return null;
  if (type === 'b') return written === '1' || written === 'true';
  if (type === 'e') return { e: written };
  if (type === 'd') return dateCell(written, format?.code ?? 'yyyy-mm-dd') ?? readText(value);
  const number = /^[-+\d.e]+$/i.test(written) ? Number(written) : Number.NaN;
  // As spreadsheet programs show what is no number, or beyond all.
  if (!Number.isFinite(number)) return { e: '#NUM!' };
  if (format === undefined) return number;
  return format.isDate ? readDate(number, format.code, date1904) : { n: number, f: format.code };
}

/**
 * A formula whose cached result is `result` (null: blank or none). One that only links says its target
 * (`=HYPERLINK("https://…","photo")`).
 */
export function readFormula(formula: string, result: Cell | null, hasResult: boolean): Cell | null {
  if (/^\s*(?:HYPERLINK|IMAGE|_xlfn\.IMAGE)\(/i.test(formula)) {
    const link = textOfFormula(`=${formula.replace(/^\s*_xlfn\./i, '')}`);
    if (link?.link != null) return { t: typeof result === 'string' ? result : link.text, l: link.link };
  }
  return hasResult ? result : { e: 'no result' };
}

/** A date from its serial number, days since 1899-12-30 or 1904-01-01; those below one day are times. */
function readDate(serial: number, format: string, date1904: boolean): Cell {
  const days = serial + (date1904 ? 1462 : 0) - 25_569;
  const date = new Date(Math.round(days * 86_400) * 1000);
  const iso = Number.isNaN(date.getTime()) ? '' : date.toISOString();
  return dateCell(serial >= 0 && serial < 1 ? iso.slice(11) : iso, format) ?? { e: 'invalid date' };
}

const isoDate = /^(?:\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?)?|\d\d:\d\d:\d\d)/;

/** Without a fraction of a second, a time zone and a time of midnight; null where `iso` is no date. */
function dateCell(iso: string, format: string): Cell | null {
  const [date] = isoDate.exec(iso) ?? [];
  return date === undefined ? null : { d: date.replace(/T00:00(:00)?$/, ''), f: format };
}
