import { expect, it } from 'vitest';
import { parseTable, type Table } from '../spreadsheets.ts';

const codes = async (table: Table) => {
  const { result, products, problems } = await parseTable(table);
  return {
    products: products.map(({ title }) => title),
    headings: problems.filter(({ code }) => code === 'heading_row').map(({ row }) => row),
    rejected: result.rows.rejected,
  };
};

it('groups and totals between products are skipped and counted', async () => {
  expect(
    await codes([
      ['No', 'SKU', 'Name', 'Unit', 'Price'],
      ['', '', '', 'SYRUPS', ''],
      ['1', 'A', 'Vase', '450ml', '5'],
      ['', 'OILS', '', '', ''],
      ['2', 'B', 'Bowl', '200ml', '7'],
      ['', '', 'Soaps', '', ''],
      ['3', 'C', 'Total Care Soap', '', '7'],
      ['', '', 'Subtotal:', '', '19'],
      ['Gesamt', '3', '', '', '19.00'],
    ]),
  ).toEqual({ products: ['Vase', 'Bowl', 'Total Care Soap'], headings: [2, 4, 6, 8, 9], rejected: 0 });
});

it.each<[string, Table]>([
  [
    'a table of two columns',
    [
      ['Name', 'Price'],
      ['Vase', ''],
      ['Bowl', '5'],
    ],
  ],
  [
    'a table without prices',
    [
      ['Name', 'SKU', 'Brand', 'Quantity'],
      ['Vase', '', '', ''],
      ['Bowl', 'B', '', '5'],
    ],
  ],
  [
    'a product whose variants follow',
    [
      ['Name', 'Size', 'Price'],
      ['Vase', '', ''],
      ['', 'S', '5'],
    ],
  ],
])('a title alone stays a product in %s', async (_, table) => {
  expect(await codes(table)).toMatchObject({ headings: [] });
  expect((await codes(table)).products[0]).toBe('Vase');
});
