import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type ExcelJS from 'exceljs';
import { parseUpload } from '../../../../functions/parse-spreadsheet/parse-upload.ts';
import {
  type ImportedProduct,
  importedProductSchema,
  productChunkSchema,
} from '../../../../workflows/payloads/product.ts';
import { type Table, temporaryDirectory } from '../spreadsheets.ts';

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
export async function importBytes(bytes: string | Uint8Array, feedMode: 'partial' | 'full' = 'partial') {
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

export const header = [
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
export const row = (cells: Row): Table[number] => header.map((name) => cells[name] ?? null);
export const good = (code: string): Row => ({
  Handle: code,
  Title: `Product ${code}`,
  'Variant SKU': `${code}-1`,
  'Variant Price': 5,
});

/** A spreadsheet with every kind of problem that its rows can have. */
export const troubled: Table = [
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
