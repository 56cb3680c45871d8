import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import ExcelJS from 'exceljs';
import { describe, expect, it } from 'vitest';
import { parseUpload } from '../../../../functions/parse-spreadsheet/parse-upload.ts';
import { problemKinds } from '../../../../functions/shared/report/problem-kinds.ts';
import {
  type ImportedProduct,
  importedProductSchema,
  productChunkSchema,
} from '../../../../workflows/payloads/product.ts';
import { type Table, temporaryDirectory, workbookOf } from '../spreadsheets.ts';

const upload = {
  bucket: 'uploads',
  key: 'acme/list.xlsx',
  versionId: 'v',
  objectVersionId: null,
  etag: 'e',
  size: 1,
  uploadedAt: '2026-11-01T00:00:00Z',
  sequencer: '01',
};
const registered = {
  importId: 17,
  supplierId: 1,
  supplierCode: 'acme',
  feedMode: 'partial' as const,
  columnMapping: {},
  currency: 'USD',
  locale: 'en-US',
  executionName: 'acme-list-1',
  imageBaseUrl: null,
};

/** Parses bytes as an upload, its objects kept in memory and its reports on disk. */
async function importBytes(bytes: string | Uint8Array, feedMode: 'partial' | 'full' = 'partial') {
  const directory = await temporaryDirectory();
  const objects = new Map<string, string>();
  const reports = new Map<string, string>();
  const parsed = await parseUpload(
    { upload, import: { ...registered, feedMode } },
    {
      download: (_, path) => writeFile(path, bytes),
      writeLines: async (key, lines) => void objects.set(key, lines.toString()),
      writeReport: async (key, path) => {
        const copy = join(directory, key.replaceAll('/', '-'));
        await copyFile(path, copy);
        reports.set(key, copy);
      },
    },
  );
  const lines = (key: string) =>
    (objects.get(key) ?? '')
      .split('\n')
      .filter((line) => line !== '')
      .map((line): unknown => JSON.parse(line));
  const chunks = lines(parsed.manifestKey).map((line) => productChunkSchema.parse(line));
  const products: ImportedProduct[] = chunks.flatMap(({ key }) =>
    lines(key).map((line) => importedProductSchema.parse(line)),
  );
  const csv = await readFile(reports.get('acme/acme-list-1/problems.csv') ?? '', 'utf8');
  const problems: Record<string, string>[] = parse(csv, { columns: true, bom: true });
  return {
    parsed,
    objects,
    chunks,
    products,
    problems,
    csv,
    rejectedPath: reports.get('acme/acme-list-1/rejected.xlsx'),
  };
}

const header = [
  'Handle',
  'Title',
  'Option1 Name',
  'Option1 Value',
  'Variant SKU',
  'Variant Price',
  'Cost per item',
  'Variant Inventory Qty',
  'Variant Barcode',
  'Status',
  'Image Src',
  'Weight',
  'Currency',
  'Note',
];
type Row = Partial<Record<(typeof header)[number], ExcelJS.CellValue>>;
const row = (cells: Row): Table[number] => header.map((name) => cells[name] ?? null);
const good = (code: string): Row => ({
  Handle: code,
  Title: `Product ${code}`,
  'Variant SKU': `${code}-1`,
  'Variant Price': 5,
});

/** A spreadsheet with every kind of problem that its rows can have. */
const troubled: Table = [
  header,
  row(good('good')),
  row({ ...good('p1'), 'Variant Price': '12..50' }),
  row({ ...good('p2'), 'Variant Price': '-5' }),
  row({ ...good('p3'), 'Variant Price': '123456789012' }),
  row({ ...good('p4'), 'Cost per item': { error: '#N/A' } }),
  row({ ...good('p5'), Currency: 'DOUBLOON' }),
  row({ ...good('p6'), 'Variant Price': '5 EUR', 'Cost per item': '4 USD' }),
  row({ Handle: 'p7', 'Variant Price': 5 }),
  row({ Title: 'No code at all', 'Variant Price': 5, Note: '=1+1' }),
  row(good('p8')),
  row({
    Handle: 'p8',
    'Option1 Name': 'Size',
    'Option1 Value': 'M',
    'Variant SKU': 'p8-2',
    'Variant Price': '@home',
    Note: 'keep me',
  }),
  row({ Handle: 'p8', 'Image Src': 'https://e.com/8.jpg' }),
  row({
    ...good('w1'),
    'Variant Inventory Qty': 'lots',
    Status: 'perhaps',
    'Image Src': '=cmd',
    Weight: 'heavy',
    'Variant Barcode': '7.1E+11',
  }),
  row({ ...good('w2'), 'Variant Inventory Qty': 2.5, Weight: 3, 'Variant Barcode': '12345678905' }),
  row({ ...good('w2'), Title: null }),
  row({ ...good('w2'), Title: null, 'Variant Price': 6 }),
];

describe('problems.csv', () => {
  it('lists the first hundred of each kind and counts the rest, so that a person can open it', async () => {
    const rows = Array.from({ length: 5_000 }, (_, index) => `${index},Vase,${index % 10 === 0 ? '-1' : 'x'},maybe`);
    rows.push('last,Vase,1,1,x');
    const { problems, parsed } = await importBytes(`SKU,Title,Price,Status\n${rows.join('\n')}`);
    const listed = Object.groupBy(problems, ({ code = '' }) => code);
    expect(parsed.problems.top.map(({ code, count }) => [code, count])).toEqual([
      ['invalid_price', 4_500],
      ['negative_price', 500],
      ['invalid_status', 5_000],
      ['values_without_header', 1],
    ]);
    expect(Object.entries(listed).map(([code, lines]) => [code, lines?.length])).toEqual([
      ['negative_price', 101],
      ['invalid_status', 101],
      ['invalid_price', 101],
      ['values_without_header', 1],
    ]);
    expect(listed.invalid_price?.[99]).toMatchObject({ row: '113', value: 'x', severity: 'error' });
    expect(problems.slice(-3)).toMatchObject([
      { code: 'negative_price', row: '', message: 'The first 100 of 500 are listed: 400 more are alike.' },
      { code: 'invalid_status', severity: 'warning' },
      { code: 'invalid_price', severity: 'error', message: 'The first 100 of 4500 are listed: 4400 more are alike.' },
    ]);
  });

  it('names every problem with its place, value and severity', async () => {
    const { problems, parsed } = await importBytes(await workbookOf({ List: troubled }));
    const found = problems.map(({ code, row: number, column, severity }) => `${severity} ${code} ${number} ${column}`);
    expect(found.filter((line) => line.startsWith('error'))).toEqual([
      'error invalid_price 3 Variant Price',
      'error negative_price 4 Variant Price',
      'error price_too_large 5 Variant Price',
      'error formula_error 6 Cost per item',
      'error invalid_currency 7 Currency',
      'error mixed_currencies 8 Variant Price',
      'error missing_title 9 Title',
      'error missing_code 10 Handle',
      'error invalid_price 12 Variant Price',
    ]);
    expect(found.filter((line) => line.startsWith('warning')).sort()).toEqual([
      'warning damaged_identifier 14 Variant Barcode',
      'warning duplicate_row 16 ',
      'warning duplicate_variant 17 Variant Price',
      'warning fractional_quantity 15 Variant Inventory Qty',
      'warning invalid_image_url 14 Image Src',
      'warning invalid_measure 14 Weight',
      'warning invalid_quantity 14 Variant Inventory Qty',
      'warning invalid_status 14 Status',
      'warning lost_leading_zeros 15 Variant Barcode',
      'warning other_currency 8 ',
      'warning unit_assumed 15 Weight',
    ]);
    expect(parsed.problems).toMatchObject({ errors: 9, warnings: 11 });
    expect(parsed.problems.top).toHaveLength(10);
    expect(parsed.problems.top[0]).toEqual({
      code: 'invalid_price',
      severity: 'error',
      count: 2,
      example:
        'Sheet “List”, row 3, column “Variant Price”: “12..50” is no price; expected an amount such as 12.99 or $1,299.00.',
    });
    expect(
      problems.every(
        ({ code = '', severity }) => code in problemKinds && ['error', 'warning'].includes(severity ?? ''),
      ),
    ).toBe(true);
    expect(problems[0]).toMatchObject({ sheet: 'List', value: '12..50' });
  });

  it.each([['=1+1'], ['+1'], ['-1 x'], ['@SUM(A1)'], ['\tx']])(
    'neutralises a value that begins like %j',
    async (value) => {
      const { csv } = await importBytes(
        stringify([
          ['SKU', 'Title', 'Price'],
          ['A', 'Vase', value],
        ]),
      );
      const [, line = ''] = csv.split('\n');
      const [cells = []] = parse(line) as string[][];
      expect(cells.every((cell) => !/^[=+\-@\t\r]/.test(cell))).toBe(true);
      expect(cells[3]?.startsWith("'")).toBe(true);
    },
  );

  it('is written without problems too, with its header alone', async () => {
    const { csv, rejectedPath } = await importBytes('SKU,Title\nA,Vase\n');
    expect(csv).toBe('\uFEFFsheet,row,column,value,code,message,severity\n');
    expect(rejectedPath).toBeUndefined();
  });
});

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

describe('chunk files', () => {
  it('hold at most 250 products each, a product in one chunk, and are listed in the manifest', async () => {
    const rows = Array.from({ length: 260 }, (_, index) => `S${index},Vase ${index}`);
    const { chunks, products, parsed } = await importBytes(['SKU,Title', ...rows].join('\n'));
    expect(chunks).toEqual([
      { chunk: 0, key: 'imports/17/rows/00000.jsonl', products: 250 },
      { chunk: 1, key: 'imports/17/rows/00001.jsonl', products: 10 },
    ]);
    expect(products.map(({ code }) => code)).toEqual(rows.map((_, index) => `S${index}`));
    expect(parsed).toMatchObject({ chunks: 2, products: 260, manifestKey: 'imports/17/rows.jsonl' });
  });

  it('have a file beside them with the codes of rejected products, where a full feed has to know', async () => {
    const bytes = await workbookOf({ List: troubled });
    const { objects } = await importBytes(bytes, 'full');
    const lines = (objects.get('imports/17/rows-rejected.jsonl') ?? '').trim().split('\n');
    const codes = lines.map((line) => JSON.parse(line).code);
    expect(codes).toEqual(['p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7', 'p8']);
    expect((await importBytes(bytes)).objects.has('imports/17/rows-rejected.jsonl')).toBe(false);
    expect((await importBytes('SKU,Title\nA,Vase\n', 'full')).objects.get('imports/17/rows-rejected.jsonl')).toBe('');
    const ignoring = 'Handle,Command,Title,Variant SKU,Variant Price\na,MERGE,Vase,A,5\nb,IGNORE,Lamp,B,9\n';
    expect((await importBytes(ignoring, 'full')).objects.get('imports/17/rows-rejected.jsonl')).toBe('{"code":"b"}\n');
  });

  it('are at most 2 MiB', async () => {
    const { chunks, objects } = await importBytes(
      [
        'SKU,Title,Description',
        ...Array.from({ length: 30 }, (_, index) => `S${index},Vase,${'x'.repeat(200_000)}`),
      ].join('\n'),
    );
    expect(chunks.length).toBeGreaterThan(2);
    for (const { key } of chunks)
      expect(Buffer.byteLength(objects.get(key) ?? '')).toBeLessThanOrEqual(2 * 1024 * 1024);
  });

  it('are none where every row is rejected; the manifest is empty', async () => {
    const { parsed, objects } = await importBytes('SKU,Title,Price\nA,Vase,x\n');
    expect(parsed).toMatchObject({ products: 0, chunks: 0, rows: { read: 1, rejected: 1 } });
    expect(objects.get(parsed.manifestKey)).toBe('');
  });
});
