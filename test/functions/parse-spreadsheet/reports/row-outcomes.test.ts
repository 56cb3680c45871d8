import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountedRows } from '../../../../workflows/payloads/summary.ts';
import { parseBytes, parseTable, parseWorkbook, type Table, workbookOf } from '../spreadsheets.ts';

const rowsOf = async (table: Table) => (await parseTable(table)).result.rows;
const rejected = (reasons: Record<string, number>) => ({
  rejected: Object.values(reasons).reduce((sum, rows) => sum + rows, 0),
  reasons: { skipped: {}, rejected: reasons },
});

describe('the receipt of a file', () => {
  it('has a product’s own row, its further variants and its images', async () => {
    const rows = await rowsOf([
      ['Handle', 'Title', 'Option1 Name', 'Option1 Value', 'Variant SKU', 'Variant Price', 'Image Src'],
      ['vase', 'Vase', 'Size', 'S', 'V-S', '5', 'https://cdn.example/1.jpg'],
      ['vase', '', '', 'M', 'V-M', '6', 'https://cdn.example/2.jpg'],
      ['vase', '', '', '', '', '', 'https://cdn.example/3.jpg'],
    ]);
    expect(rows).toMatchObject({ read: 3, products: 1, variants: 1, images: 1, skipped: 0, rejected: 0 });
  });

  it('has what was skipped, by reason', async () => {
    const rows = await rowsOf([
      ['SKU', 'Title', 'Price', 'Barcode'],
      ['A', 'Vase', '5', ''],
      ['SKU', 'Title', 'Price', 'Barcode'],
      ['', 'Bowls', '', ''],
      ['B', 'Bowl', '6', ''],
      ['B', 'Bowl', '6', ''],
    ]);
    expect(rows).toMatchObject({
      read: 5,
      products: 2,
      skipped: 3,
      reasons: { skipped: { repeated_header: 1, heading_row: 1, duplicate_row: 1 } },
    });
  });

  it('has what was rejected, each row for its own error or else for its product’s', async () => {
    const rows = await rowsOf([
      ['Code', 'Title', 'SKU', 'Price', 'Size'],
      ['A', 'Vase', 'A-S', 'cheap', 'S'],
      ['A', '', 'A-M', '5', 'M'],
      ['B', '', 'B', '5', ''],
    ]);
    expect(rows).toMatchObject({ read: 3, products: 0, ...rejected({ invalid_price: 2, missing_title: 1 }) });
  });

  it('has the rows of a second sheet, whether they name a product, a rejected one or none', async () => {
    const { result } = await parseWorkbook({
      Products: [
        ['SKU', 'Title', 'Price'],
        ['A', 'Vase', 5],
        ['B', 'Bowl', 'cheap'],
      ],
      Barcodes: [
        ['SKU', 'Barcode'],
        ['A', '4006381333931'],
        ['B', '4006381333948'],
        ['C', '4006381333955'],
      ],
    });
    expect(result.rows).toMatchObject({
      read: 5,
      products: 1,
      additions: 1,
      reasons: { skipped: { rows_without_product: 1 }, rejected: { invalid_price: 2 } },
    });
  });
});

const cell = fc.constantFrom<string>(
  '',
  '',
  'A',
  'B',
  'S',
  'M',
  'Vase',
  'Bowl',
  '5',
  'cheap',
  '-1',
  'IGNORE',
  'https://e.com/1.jpg',
);
const header = fc.constantFrom<string[]>(
  ['Handle', 'Title', 'Option1 Name', 'Option1 Value', 'Variant SKU', 'Variant Price', 'Image Src', 'Command'],
  ['SKU', 'Title', 'Price', 'Size', 'Image 1', 'Barcode', 'Cost', 'Notes'],
  ['Title', 'Price', 'Color', 'Quantity', 'Image 1', 'Weight', 'Brand', 'Notes'],
  ['Parent SKU', 'SKU', 'Title', 'Price', 'Size', 'Image 1', 'Barcode', 'Status'],
);
const row = fc.array(cell, { minLength: 1, maxLength: 9 }).filter((cells) => cells.some((text) => text !== ''));
const rows = fc.array(row, { minLength: 1, maxLength: 15 });

describe('whatever rows a file has, each is counted once', () => {
  it('in a csv, whose header may come again', async () => {
    await fc.assert(
      fc.asyncProperty(header, rows, fc.nat(15), async (names, given, again) => {
        const table = [names, ...given.toSpliced(again, 0, names)];
        const { result, products } = await parseBytes(stringify(table));
        expect(result.rows.read).toBe(table.length - 1);
        expect(accountedRows(result.rows)).toBe(table.length - 1);
        expect(result.rows.products).toBe(products.length);
      }),
      { numRuns: 150 },
    );
  });

  it('in a workbook, whose second sheet may say more of the first', async () => {
    const supplement = fc.constantFrom<string[]>(
      ['SKU', 'Barcode'],
      ['Handle', 'Image Src'],
      ['SKU', 'Title', 'Price'],
    );
    await fc.assert(
      fc.asyncProperty(header, rows, supplement, rows, async (names, given, others, more) => {
        const bytes = await workbookOf({ Products: [names, ...given], More: [others, ...more] });
        const { result, products } = await parseBytes(bytes);
        expect(accountedRows(result.rows)).toBe(result.rows.read);
        expect(result.rows.read).toBeGreaterThanOrEqual(given.length);
        expect(result.rows.products).toBe(products.length);
      }),
      { numRuns: 40 },
    );
  });
});
