import type { SourceRow } from '../../../../../functions/parse-spreadsheet/sheets/cells.ts';
import { openSpreadsheet } from '../../../../../functions/parse-spreadsheet/sheets/open-spreadsheet.ts';
import { fileOf, temporaryDirectory } from '../../spreadsheets.ts';
import { sheetXml, workbookWith } from '../hostile-workbooks.ts';

export type ReadSheet = { name: string; hidden: boolean; rows: SourceRow[] };

/** Every sheet of a workbook, read to its end. */
export async function sheetsOf(bytes: Uint8Array): Promise<ReadSheet[]> {
  const { sheets, close } = await openSpreadsheet(await fileOf(bytes), await temporaryDirectory(), () => 0);
  try {
    const read: ReadSheet[] = [];
    for (const sheet of sheets) {
      const rows: SourceRow[] = [];
      for await (const batch of sheet.rows) rows.push(...batch);
      read.push({ name: sheet.name, hidden: sheet.hidden, rows });
    }
    return read;
  } finally {
    close();
  }
}

/** The rows of a workbook whose only sheet has this XML between its `sheetData` tags, and whose other parts are these. */
export async function rowsOf(rows: string, parts: Record<string, string> = {}): Promise<SourceRow[]> {
  const sheets = await sheetsOf(await workbookWith({ 'xl/worksheets/sheet1.xml': sheetXml(rows), ...parts }));
  return sheets.flatMap((sheet) => sheet.rows);
}

/** The cells of its only row. */
export async function cellsOf(cells: string, parts?: Record<string, string>): Promise<SourceRow['cells']> {
  const rows = await rowsOf(`<row r="2">${cells}</row>`, parts);
  return rows.flatMap((row) => row.cells);
}
