import { stringify } from 'csv-stringify/sync';
import ExcelJS from 'exceljs';
import { describe, expect, it } from 'vitest';
import { type Table, workbookOf } from '../spreadsheets.ts';
import { good, header, importBytes, row, troubled } from './import-bytes.ts';

describe('rejected.xlsx', () => {
  async function sheetOf(path: string | undefined): Promise<ExcelJS.Worksheet> {
    const workbook = new ExcelJS.Workbook();
    await workbook.xlsx.readFile(path ?? '');
    const [sheet] = workbook.worksheets;
    if (sheet === undefined) throw new Error('no sheet');
    return sheet;
  }

  it('has the rejected rows as they came, a product’s together, with reasons', async () => {
    const { rejectedPath, products, parsed } = await importBytes(await workbookOf({ List: troubled }));
    expect(products.map(({ code }) => code)).toEqual(['good', 'w1', 'w2']);
    expect(parsed.rows).toMatchObject({ read: 16, rejected: 11 });
    const sheet = await sheetOf(rejectedPath);
    expect(sheet.name).toBe('List');
    const rows = sheet
      .getSheetValues()
      .slice(1)
      .map((values) => (Array.isArray(values) ? Array.from(values.slice(1), (value) => value ?? null) : []));
    expect(rows[0]).toEqual([...header, 'Import problems']);
    expect(rows.slice(1).map((values) => values.slice(0, header.length))).toEqual(
      [...troubled.slice(2, 13)].map((values) => values.slice(0, header.length)),
    );
    expect(rows[1]?.at(-1)).toBe('Variant Price: “12..50” is no price; expected an amount such as 12.99 or $1,299.00.');
    expect(rows[9]?.at(-1)).toContain('Rejected together with row 12');
  });

  it('highlights the offending cells with the reason as a comment', async () => {
    const { rejectedPath } = await importBytes(await workbookOf({ List: troubled }));
    const sheet = await sheetOf(rejectedPath);
    const marked: string[] = [];
    sheet.eachRow((line) =>
      line.eachCell({ includeEmpty: true }, (cell) => {
        if (cell.note !== undefined) {
          marked.push(cell.address);
          expect(cell.fill).toMatchObject({ type: 'pattern', pattern: 'solid' });
        }
      }),
    );
    expect(marked).toEqual(['F2', 'F3', 'F4', 'G5', 'M6', 'F7', 'B8', 'A9', 'F11']);
    expect(JSON.stringify(sheet.getCell('F2').note)).toContain('12..50');
  });

  it('imports when corrected and dropped again', async () => {
    const { rejectedPath } = await importBytes(await workbookOf({ List: troubled }));
    const workbook = new ExcelJS.Workbook();
    await workbook.xlsx.readFile(rejectedPath ?? '');
    const sheet = workbook.worksheets[0];
    if (sheet === undefined) throw new Error('no sheet');
    for (const [address, value] of Object.entries({
      F2: 5,
      F3: 5,
      F4: 5,
      G5: 4,
      M6: 'USD',
      F7: '5 USD',
      B8: 'Now titled',
      A9: 'now-coded',
      F11: '6.50',
    }))
      sheet.getCell(address).value = value;
    const again = await importBytes(Buffer.from(await workbook.xlsx.writeBuffer()));
    expect(again.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(again.products.map(({ code }) => code)).toEqual([
      'p1',
      'p2',
      'p3',
      'p4',
      'p5',
      'p6',
      'p7',
      'now-coded',
      'p8',
    ]);
    expect(again.products.every(({ attributes }) => !('Import problems' in attributes))).toBe(true);
    expect(again.products.at(-1)).toMatchObject({
      variants: [{ sku: 'p8-1' }, { sku: 'p8-2', price: '6.5' }],
      images: [{ url: 'https://e.com/8.jpg' }],
    });
    expect(again.rejectedPath).toBeUndefined();
  });

  const odd = '\u0001bell\u000b \ufffe _x0041_ _x000D_';
  it.each<[string, (price: string) => Promise<Uint8Array> | string]>([
    [
      'characters that XML has no place for',
      (price) => stringify([header, row({ ...good('a'), Title: odd, Note: odd, 'Variant Price': price })]),
    ],
    [
      'times, links, errors and values beyond the header',
      (price) =>
        workbookOf({
          S: [
            ['SKU', 'Title', 'Price', 'Note', 'When'],
            ['b', 'Vase', price, '=1+1', new Date('1899-12-30T13:30:00Z')],
            ['c', 'Vase', price, '_x0041_', new Date('2026-02-03T04:05:06Z')],
            ['d', 'Vase', price, { text: 'Open', hyperlink: 'https://e.com/?a=1&b=<2>' }, true, null, 'beyond'],
            ['007', 'Vase', price, { error: '#DIV/0!' }, 0.1 + 0.2],
          ],
        }),
    ],
  ])('imports, corrected, what the file would have: %s', async (_, fileOf) => {
    const { rejectedPath, products } = await importBytes(await fileOf('12..5'));
    expect(products).toEqual([]);
    const workbook = new ExcelJS.Workbook();
    await workbook.xlsx.readFile(rejectedPath ?? '');
    for (const sheet of workbook.worksheets)
      sheet.eachRow((line) =>
        line.eachCell((cell) => {
          if (cell.value === '12..5') cell.value = '5';
        }),
      );
    const again = await importBytes(Buffer.from(await workbook.xlsx.writeBuffer()));
    expect(again.products).toEqual((await importBytes(await fileOf('5'))).products);
  });

  it('has the rows of a csv, and each sheet of a workbook in its own', async () => {
    const csv = await importBytes('Some list\n\nSKU,Title,Price,Price\n007,Vase,x,\n');
    expect((await sheetOf(csv.rejectedPath)).getSheetValues().slice(1)).toEqual([
      [undefined, 'SKU', 'Title', 'Price', 'Price (2)', 'Import problems'],
      [undefined, '007', 'Vase', 'x', undefined, expect.stringContaining('is no price')],
    ]);
    const two: Table = [
      ['SKU', 'Title', 'Price'],
      ['A', 'Vase', 'x'],
    ];
    const { rejectedPath } = await importBytes(
      await workbookOf({
        Summer: two,
        'Winter 2026': two.map((cells) => cells.map((cell) => (cell === 'A' ? 'B' : cell))),
      }),
    );
    const workbook = new ExcelJS.Workbook();
    await workbook.xlsx.readFile(rejectedPath ?? '');
    expect(workbook.worksheets.map(({ name, rowCount }) => [name, rowCount])).toEqual([
      ['Summer', 2],
      ['Winter 2026', 2],
    ]);
  });
});
