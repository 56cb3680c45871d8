import { posix } from 'node:path';
import { CorruptSpreadsheetError, ImportRefusedError, SpreadsheetTooLargeError } from '../../../../workflows/errors.ts';
import { limits } from '../../limits.ts';
import { type Cells, cellWithLink, type SourceRow, type SourceSheet } from '../cells.ts';
import { columnLetters } from '../column-letters.ts';
import { readHyperlinks } from './hyperlinks.ts';
import { type CellSources, readPlainRows } from './plain-rows.ts';
import { readCell } from './read-cell.ts';
import type { SharedStrings } from './shared-strings.ts';
import { splitSharedStrings } from './shared-strings-xml.ts';
import { decodeXml, References, rewriteRows, splitRows } from './sheet-xml.ts';
import { type Row, WorkbookReader } from './workbook-reader.ts';
import type { ZipArchive } from './zip-archive.ts';

/** Opens the sheets of a workbook in the order of their tabs; their rows are read when asked for. Fills `strings`. */
export async function openXlsx(zip: ZipArchive, workbookPath: string, strings: SharedStrings): Promise<SourceSheet[]> {
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
      await reader.readSharedStrings(splitSharedStrings(part(stringsPath, limits.sharedStringsBytes)), strings);
    }
    return references.map(({ name, hidden, target }) => {
      const path = target.startsWith('/') ? target.slice(1) : posix.join(folder, target);
      return { name, hidden, rows: readRows({ zip, reader, strings }, path, name) };
    });
  });
}

async function* readRows(
  { zip, reader, strings }: { zip: ZipArchive; reader: WorkbookReader; strings: SharedStrings },
  path: string,
  name: string,
): AsyncGenerator<SourceRow[]> {
  if (!zip.has(path)) throw new CorruptSpreadsheetError(`The sheet “${name}” is missing from the workbook.`);
  const links = await refusing(() => readHyperlinks(zip, path));
  let characters = 0;
  const boundedStrings: CellSources['strings'] = {
    get(index) {
      const text = strings.get(index);
      characters += text?.length ?? 0;
      if (characters > limits.rowsCharacters)
        throw new SpreadsheetTooLargeError(`The rows of the sheet “${name}” repeat long texts too often to be honest.`);
      return text;
    },
  };
  const sources: CellSources = { strings: boundedStrings, links, numberFormat: (style) => reader.numberFormat(style) };
  const references = new References();
  const pieces = splitRows(decodeXml(zip.read(path), limits.inflatedBytes), name);
  while (true) {
    const { done, value: piece } = await refusing(() => pieces.next());
    if (done) break;
    characters = 0;
    const rows = await refusing(
      async () => (references.missing(piece) ? null : readPlainRows(piece, sources)) ?? readAnyRows(piece),
    );
    if (rows.length > 0) yield rows;
  }

  async function readAnyRows(piece: string): Promise<SourceRow[]> {
    const text = rewriteRows(piece, references);
    if (text === '') return [];
    const rows = await reader.readRows(text);
    // exceljs does not notice that a sheet ends within a row.
    const missing = (text.match(/<row[\s>]/g)?.length ?? 0) - rows.length;
    if (missing !== 0)
      throw new CorruptSpreadsheetError(`The sheet “${name}” is damaged: ${missing} of its rows do not end.`);
    return rows.flatMap((row) => {
      const cells = readCells(row, boundedStrings, links);
      return cells.length === 0 ? [] : [{ number: row.number, cells }];
    });
  }
}

function readCells(row: Row, strings: CellSources['strings'], links: Map<string, string>): Cells {
  const cells: Cells = [];
  row.eachCell((excelCell, number) => {
    if (number > limits.columns)
      throw new SpreadsheetTooLargeError(
        `Row ${row.number} reaches column ${columnLetters(number - 1)}; at most ${limits.columns} columns are accepted.`,
      );
    const cell = readCell(excelCell, strings);
    if (cell === null) return;
    while (cells.length < number - 1) cells.push(null);
    cells.push(cellWithLink(cell, links.size === 0 ? undefined : links.get(excelCell.address)));
  });
  return cells;
}

/** A workbook that exceljs fails on is one whose parts are damaged. */
async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ImportRefusedError) throw error;
    // What a parser stumbled over tells an operator something, what its code did not expect does not.
    const told = error instanceof Error && !(error instanceof TypeError) && !(error instanceof RangeError);
    const reason = told ? ` (${error.message.split('\n')[0]})` : '';
    throw new CorruptSpreadsheetError(
      `The workbook is damaged${reason}. Open it in your spreadsheet program, save it again and drop it again.`,
      { cause: error },
    );
  }
}
