import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CorruptSpreadsheetError, UnsupportedFileTypeError } from '../../../workflows/errors.ts';
import { limits } from '../limits.ts';
import { shorten } from '../values/shorten.ts';
import type { SourceSheet } from './cells.ts';
import { detectFileKind, findWorkbook } from './file-kind.ts';
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
  /** How a text is encoded; null for a workbook. */
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
  if (kind === 'gzip') {
    if (unpacked) throw archiveInArchive();
    return await openFile(await unpackGzip(path, directory), directory, judge, true);
  }
  const zip = await openZip(path);
  let workbook: string | null;
  try {
    workbook = findWorkbook(zip);
    if (workbook === null) {
      if (unpacked) throw archiveInArchive();
      const file = await unpackEntry(zip, onlyEntry(zip), (await stat(path)).size, directory);
      zip.close();
      return await openFile(file, directory, judge, true);
    }
  } catch (error) {
    zip.close();
    throw error;
  }
  return await openWorkbook(zip, workbook, directory);
}

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
    const named = sheets.map((sheet) => ({ ...sheet, name: shorten(sheet.name, limits.sheetNameCharacters) }));
    return { sheets: named, damaged: false, encoding: null, close };
  } catch (error) {
    close();
    throw error;
  }
}
