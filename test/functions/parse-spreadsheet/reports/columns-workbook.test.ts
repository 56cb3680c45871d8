import { dirname, join } from 'node:path';
import ExcelJS from 'exceljs';
import { describe, expect, it } from 'vitest';
import { parseSpreadsheet } from '../../../../functions/parse-spreadsheet/parse-spreadsheet.ts';
import { ColumnsWorkbook } from '../../../../functions/parse-spreadsheet/reports/columns-workbook.ts';
import { readColumns } from '../../../../functions/parse-spreadsheet/reports/read-columns.ts';
import { fileOf } from '../spreadsheets.ts';

const list = [
  'Qqq;Www;Note;Preis',
  'A-100;Red armchair;=1+1;12.50',
  'A-200;Blue armchair;;9.95',
  'A-300;Round table;;100.00',
  '',
].join('\n');

/** The columns.xlsx of a list, and what it says when it comes back after `edit`. */
async function columnsOf(columnMapping: Record<string, string>, edit: (workbook: ExcelJS.Workbook) => void = () => {}) {
  const file = await fileOf(list);
  const workbook = new ColumnsWorkbook(columnMapping);
  const sink = { product() {}, problem() {}, rejectedRow() {} };
  await parseSpreadsheet(
    file,
    { columnMapping, currency: 'EUR', locale: 'en-US' },
    { ...sink, columns: (layout, below) => workbook.add(layout, below) },
  );
  const path = join(dirname(file), 'columns.xlsx');
  await workbook.write(path, { importId: 17, etag: 'e7a6' });
  const opened = new ExcelJS.Workbook();
  await opened.xlsx.readFile(path);
  edit(opened);
  await opened.xlsx.writeFile(path);
  const rows = opened.getWorksheet('Columns')?.getSheetValues().slice(2) ?? [];
  const texts = rows.map((row) => (Array.isArray(row) ? row.slice(3, 10).map(String) : []));
  return { texts, chosen: () => readColumns(path, dirname(path)) };
}

describe('columns.xlsx', () => {
  it('has a row for each column: its header, samples, what it was read as and why, and what to use it as', async () => {
    const { texts } = await columnsOf({});
    expect(texts.map(([header, example, , , ...read]) => [header, example, ...read])).toEqual([
      ['Qqq', 'A-100', 'SKU', 'its cells: short codes, each another', 'SKU'],
      ['Www', 'Red armchair', 'Title', 'its cells: short texts, each another', 'Title'],
      ['Note', '=1+1', 'an attribute', 'unknown', 'automatic'],
      ['Preis', '12.50', 'Price', 'its header', 'automatic'],
    ]);
  });

  it('confirms a guess when it comes back as it is, and names what it came from', async () => {
    const { chosen } = await columnsOf({});
    expect(await chosen()).toEqual({
      importId: 17,
      etag: 'e7a6',
      columnMapping: { Qqq: 'SKU', Www: 'Title', Note: null, Preis: null },
    });
  });

  it('keeps what the supplier’s mapping says', async () => {
    const { texts, chosen } = await columnsOf({ qqq: 'barcode', Note: 'ignore' });
    expect(texts[0]).toContain('the supplier’s column mapping');
    expect(await chosen()).toMatchObject({ columnMapping: { Qqq: 'barcode', Note: 'ignore' } });
  });

  it.each<[string, [string, ExcelJS.CellValue][]]>([
    ['no import', []],
    [
      'an import that is no number',
      [
        ['import', '1; drop table'],
        ['etag', 'x'.repeat(5_000)],
      ],
    ],
    [
      'an import that cannot be',
      [
        ['import', -1],
        ['etag', 'a\r\nb: c'],
      ],
    ],
  ])('that names %s is applied, and repeats nothing', async (_, said) => {
    const { chosen } = await columnsOf({}, (workbook) => {
      workbook.removeWorksheet('About');
      workbook.addWorksheet('About').addRows(said);
    });
    expect(await chosen()).toMatchObject({ importId: null, etag: null, columnMapping: { Qqq: 'SKU' } });
  });
});
