import { CorruptSpreadsheetError, SpreadsheetTooLargeError } from '../../../../workflows/errors.ts';
import { limits } from '../../limits.ts';
import type { SourceRow, SourceSheet } from '../cells.ts';
import { readHyperlinks } from './hyperlinks.ts';
import { readSharedStrings } from './read-shared-strings.ts';
import type { SharedStrings } from './shared-strings.ts';
import { type CellSources, SheetRows } from './sheet-rows.ts';
import { readWorkbook, type SheetReference } from './workbook.ts';
import { XmlReader } from './xml-reader.ts';
import type { ZipArchive } from './zip-archive.ts';

/** Opens the sheets of a workbook in the order of their tabs; their rows are read when asked for. Fills `strings`. */
export async function openXlsx(zip: ZipArchive, workbookPath: string, strings: SharedStrings): Promise<SourceSheet[]> {
  const { sheets, sharedStringsPath, ...formats } = await readWorkbook(zip, workbookPath);
  if (sharedStringsPath !== undefined) await readSharedStrings(zip, sharedStringsPath, strings);
  return sheets.map((sheet) => ({
    name: sheet.name,
    hidden: sheet.hidden,
    rows: readRows(zip, sheet, { strings, ...formats }),
  }));
}

async function* readRows(
  zip: ZipArchive,
  { name, path }: SheetReference,
  sources: Omit<CellSources, 'links'>,
): AsyncGenerator<SourceRow[]> {
  if (!zip.has(path)) throw new CorruptSpreadsheetError(`The sheet “${name}” is missing from the workbook.`);
  const sheet = new SheetRows({ ...sources, links: await readHyperlinks(zip, path) }, name);
  const xml = new XmlReader(sheet, {
    maximumBytes: limits.inflatedBytes,
    unit: {
      name: 'row',
      tooLong: () =>
        new SpreadsheetTooLargeError(`A row of the sheet “${name}” is longer than ${limits.rowCharacters} characters.`),
    },
  });
  for await (const chunk of zip.read(path)) {
    // The rest (merged cells, hyperlinks, print settings) is unpacked for its check sum alone.
    if (sheet.ended) continue;
    xml.write(chunk);
    const rows = sheet.take();
    if (rows.length > 0) yield rows;
  }
  if (!sheet.ended) xml.flush();
  yield sheet.take();
  if (!sheet.ended)
    throw new CorruptSpreadsheetError(
      `The sheet “${name}” is cut off: its end is missing. Save the file again and drop it again.`,
    );
}
