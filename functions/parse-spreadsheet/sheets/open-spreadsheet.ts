import { join } from 'node:path';
import { CorruptSpreadsheetError } from '../../../workflows/errors.ts';
import { limits } from '../limits.ts';
import { shorten } from '../values/shorten.ts';
import type { SourceSheet } from './cells.ts';
import { detectFileKind, findWorkbook } from './file-kind.ts';
import { openDelimited } from './read-delimited.ts';
import type { TextEncoding } from './text-encoding.ts';
import { openXlsx } from './xlsx/read-xlsx.ts';
import { SharedStrings } from './xlsx/shared-strings.ts';
import { openZip } from './xlsx/zip-archive.ts';

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
  if ((await detectFileKind(path)) === 'text') {
    const { rows, damaged, encoding } = await openDelimited(path, judge);
    return { sheets: [{ name: '', hidden: false, rows }], damaged, encoding, close: () => {} };
  }
  const zip = await openZip(path);
  const strings = new SharedStrings(join(directory, 'shared-strings'));
  const close = () => {
    strings.close();
    zip.close();
  };
  try {
    const sheets = await openXlsx(zip, findWorkbook(zip), strings);
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
