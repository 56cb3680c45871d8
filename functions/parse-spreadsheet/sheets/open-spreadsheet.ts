import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CorruptSpreadsheetError, UnsupportedFileTypeError } from '../../../workflows/errors.ts';
import { limits } from '../limits.ts';
import { shorten } from '../values/shorten.ts';
import type { SourceSheet } from './cells.ts';
import { detectFileKind, findWorkbook } from './file-kind.ts';
import { openJson } from './json/read-json.ts';
import { checkUnpackedSize, convertWorkbook } from './other-workbooks/convert-workbook.ts';
import { openDelimited } from './read-delimited.ts';
import type { TextEncoding } from './text-encoding.ts';
import { onlyEntry, unpackEntry, unpackGzip } from './unpack.ts';
import { openXlsx } from './xlsx/read-xlsx.ts';
import { SharedStrings } from './xlsx/shared-strings.ts';
import { openZip, type ZipArchive } from './xlsx/zip-archive.ts';

export type OpenSpreadsheet = {
  sheets: SourceSheet[];
  /** True for a text with bytes that are none in its encoding. */
  damaged: boolean;
  /** How a text is encoded; null for a workbook and for JSON, which says so. */
  encoding: TextEncoding | null;
  close: () => void;
};

/**
 * Opens a local file by what it is, whatever its name says; `directory` is for temporary files. Of several ways to cut a
 * text into cells, the one whose first rows `judge` calls the best is taken. Throws a subclass of
 * ImportRefusedError where it cannot.
 */
export async function openSpreadsheet(
  path: string,
  directory: string,
  judge: (rows: string[][]) => number,
): Promise<OpenSpreadsheet> {
  return await openFile(path, directory, judge, false);
}

/** `unpacked`: the file came out of an archive, in which there is no other. */
async function openFile(
  path: string,
  directory: string,
  judge: (rows: string[][]) => number,
  unpacked: boolean,
): Promise<OpenSpreadsheet> {
  const kind = await detectFileKind(path);
  if (kind === 'text') {
    const { rows, damaged, encoding } = await openDelimited(path, judge);
    return { sheets: [{ name: '', hidden: false, rows }], damaged, encoding, close: () => {} };
  }
  if (kind === 'json') {
    const { rows, damaged } = await openJson(path, directory);
    return { sheets: [{ name: '', hidden: false, rows }], damaged, encoding: null, close: () => {} };
  }
  if (kind === 'xls') return await openConverted(path, directory);
  if (kind === 'gzip') {
    if (unpacked) throw archiveInArchive();
    return await openFile(await unpackGzip(path, directory), directory, judge, true);
  }
  const zip = await openZip(path);
  try {
    const workbook = findWorkbook(zip);
    if (workbook?.kind === 'xlsx') return await openWorkbook(zip, workbook.part, directory);
    if (workbook?.kind === 'other') {
      await checkUnpackedSize(zip);
      zip.close();
      return await openConverted(path, directory);
    }
    if (unpacked) throw archiveInArchive();
    const file = await unpackEntry(zip, onlyEntry(zip), (await stat(path)).size, directory);
    zip.close();
    return await openFile(file, directory, judge, true);
  } catch (error) {
    zip.close();
    throw error;
  }
}

/** An .xls, .xlsb or .ods, by way of the .xlsx that is made of it. */
async function openConverted(path: string, directory: string): Promise<OpenSpreadsheet> {
  const converted = await convertWorkbook(path, directory);
  const zip = await openZip(converted.path);
  const opened = await openWorkbook(zip, 'xl/workbook.xml', directory);
  const sheets = opened.sheets.map((sheet, index) => ({ ...sheet, name: named(converted.names[index] ?? sheet.name) }));
  return { ...opened, sheets };
}

const named = (name: string) => shorten(name, limits.sheetNameCharacters);

function archiveInArchive(): UnsupportedFileTypeError {
  return new UnsupportedFileTypeError('The file is an archive within an archive; drop the spreadsheet itself.');
}

async function openWorkbook(zip: ZipArchive, workbook: string, directory: string): Promise<OpenSpreadsheet> {
  const strings = new SharedStrings(join(directory, 'shared-strings'));
  const close = () => {
    strings.close();
    zip.close();
  };
  try {
    const sheets = await openXlsx(zip, workbook, strings);
    if (sheets.length === 0)
      throw new CorruptSpreadsheetError(
        'The workbook has no sheet that can be found in it: its list of sheets or their relationships are damaged. Open it in your spreadsheet program, save it again and drop it again.',
      );
    const shown = sheets.map((sheet) => ({ ...sheet, name: named(sheet.name) }));
    return { sheets: shown, damaged: false, encoding: null, close };
  } catch (error) {
    close();
    throw error;
  }
}
