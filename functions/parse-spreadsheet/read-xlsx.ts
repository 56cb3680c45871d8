import { posix } from 'node:path';
import { CorruptSpreadsheetError, ImportRefusedError, SpreadsheetTooLargeError } from '../../workflows/errors.ts';
import { type Cell, type Cells, type SourceRow, showsDate } from './cells.ts';
import { columnLetters } from './header-names.ts';
import { decodeReferences, readHyperlinks } from './hyperlinks.ts';
import { limits } from './limits.ts';
import { decodeXml, normaliseSharedStrings, normaliseSheet } from './sheet-xml.ts';
import { type ExcelCell, type Row, WorkbookReader } from './workbook-reader.ts';
import type { ZipArchive } from './zip-archive.ts';

export type SourceSheet = { name: string; hidden: boolean; rows: AsyncGenerator<SourceRow[]> };

/** Opens the sheets of a workbook in the order of their tabs; their rows are read when asked for. */
export async function openXlsx(zip: ZipArchive, workbookPath: string): Promise<SourceSheet[]> {
  const folder = posix.dirname(workbookPath);
  const part = (path: string, maximumBytes: number = limits.partBytes) => decodeXml(zip.read(path), maximumBytes);
  const reader = new WorkbookReader();
  return refusing(async () => {
    const references = await reader.readWorkbook(
      part(workbookPath),
      part(posix.join(folder, '_rels', `${posix.basename(workbookPath)}.rels`)),
    );
    if (references.length > limits.sheets)
      throw new SpreadsheetTooLargeError(
        `The workbook has ${references.length} sheets; at most ${limits.sheets} are accepted.`,
      );
    const stylesPath = posix.join(folder, 'styles.xml');
    if (zip.has(stylesPath)) await reader.readStyles(part(stylesPath));
    const stringsPath = zip.names.find(
      (name) => name.toLowerCase() === posix.join(folder, 'sharedStrings.xml').toLowerCase(),
    );
    if (stringsPath !== undefined) {
      const strings = await reader.readSharedStrings(
        normaliseSharedStrings(part(stringsPath, limits.sharedStringsBytes)),
      );
      if (strings > limits.sharedStrings)
        throw new SpreadsheetTooLargeError(
          `The workbook has ${strings} texts; at most ${limits.sharedStrings} are accepted.`,
        );
    }
    return references.map(({ name, hidden, target }) => {
      const path = target.startsWith('/') ? target.slice(1) : posix.join(folder, target);
      return { name, hidden, rows: readRows(zip, reader, path, name) };
    });
  });
}

async function* readRows(
  zip: ZipArchive,
  reader: WorkbookReader,
  path: string,
  name: string,
): AsyncGenerator<SourceRow[]> {
  if (!zip.has(path)) throw new CorruptSpreadsheetError(`The sheet “${name}” is missing from the workbook.`);
  const links = await refusing(() => readHyperlinks(zip, path));
  const batches = reader.readSheet(normaliseSheet(decodeXml(zip.read(path), limits.inflatedBytes), name));
  while (true) {
    const { done, value } = await refusing(() => batches.next());
    if (done) return;
    const rows = value.flatMap((row) => {
      const cells = readCells(row, links);
      return cells.length === 0 ? [] : [{ number: row.number, cells }];
    });
    if (rows.length > 0) yield rows;
  }
}

function readCells(row: Row, links: Map<string, string>): Cells {
  const cells: Cells = [];
  row.eachCell((excelCell, number) => {
    if (number > limits.columns)
      throw new SpreadsheetTooLargeError(
        `Row ${row.number} reaches column ${columnLetters(number - 1)}; at most ${limits.columns} columns are accepted.`,
      );
    const cell = readCell(excelCell);
    if (cell === null) return;
    const link = links.size === 0 ? undefined : links.get(excelCell.address);
    while (cells.length < number - 1) cells.push(null);
    cells.push(link !== undefined && typeof cell === 'string' ? { t: cell, l: link } : cell);
  });
  return cells;
}

function readCell(excelCell: ExcelCell): Cell | null {
  const value: unknown = excelCell.value;
  if (typeof value === 'string') return readText(value);
  if (typeof value === 'number') return Number.isNaN(value) ? null : readNumber(value, excelCell.numFmt);
  if (typeof value === 'boolean') return value;
  if (value instanceof Date) return readDate(value, excelCell.numFmt);
  if (typeof value !== 'object' || value === null) return null;
  if ('richText' in value && Array.isArray(value.richText)) {
    return readText(value.richText.map((run: { text?: string | null }) => run.text ?? '').join(''));
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
    const target = /\(\s*"((?:[^"]|"")*)"/.exec(formula)?.[1]?.replaceAll('""', '"');
    if (target !== undefined) return { t: typeof result === 'string' && result !== '' ? result : target, l: target };
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

function readText(text: string): Cell | null {
  if (text === '') return null;
  if (text.length > limits.cellCharacters)
    throw new SpreadsheetTooLargeError(
      `A cell holds ${text.length} characters; at most ${limits.cellCharacters} are accepted.`,
    );
  // Control characters as Excel escapes them: _x000D_ is a carriage return.
  return text.includes('_x')
    ? text.replace(/_x([0-9A-F]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    : text;
}

function readNumber(value: number, numberFormat: string | undefined): Cell {
  return numberFormat === undefined || numberFormat === 'General' ? value : { n: value, f: numberFormat };
}

/** exceljs takes formats such as `0.0\ \l\b\s` for dates, for the letters in them: those are turned back into numbers. */
function readDate(date: Date, numberFormat: string | undefined): Cell {
  if (Number.isNaN(date.getTime())) return { e: 'invalid date' };
  const serial = Math.round((date.getTime() / 86_400_000 + 25569) * 1e8) / 1e8;
  if (numberFormat !== undefined && !showsDate(numberFormat)) return readNumber(serial, numberFormat);
  const iso = date.toISOString();
  return { d: iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : iso.slice(0, 19), f: numberFormat ?? 'yyyy-mm-dd' };
}

/** A workbook that exceljs fails on is one whose parts are damaged. */
async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ImportRefusedError) throw error;
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new CorruptSpreadsheetError(
      `The workbook is damaged (${reason}). Open it in your spreadsheet program, save it again and drop it again.`,
      { cause: error },
    );
  }
}
