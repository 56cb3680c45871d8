import { expect, it } from 'vitest';
import { ImportRefusedError } from '../../../../../workflows/errors.ts';
import { parseTable } from '../../spreadsheets.ts';
import { tricky } from '../tricky-headers.ts';

const titles = ['Red chair', 'Blue chair', 'Round table', 'Low bench', 'Tall lamp'];
const skus = ['A-100', 'A-200', 'A-300', 'A-400', 'A-500'];
const amounts = ['12.50', '9.99', '100.00', '4.95', '7.90'];
const codes = ['ZX4471', 'ZX4502', 'ZX4517', 'ZX4533', 'ZX4560'];
const barcodes = ['4006381333931', '9009518582030', '5901234123457', '0012345678905', '4012345678901'];

/** A table of columns by their headers. */
const table = (columns: Record<string, string[]>) => [
  Object.keys(columns),
  ...titles.map((_, row) => Object.values(columns).map((cells) => cells[row] ?? '')),
];

it.each<[string, string, (header: string) => Record<string, string[]>]>([
  ['amounts', 'price', (header) => ({ SKU: skus, Title: titles, [header]: amounts })],
  ['short codes', 'code', (header) => ({ Title: titles, Price: amounts, [header]: codes })],
  ['barcodes', 'barcode', (header) => ({ SKU: skus, Title: titles, [header]: barcodes })],
])('%s are taken for no %s under a header that says they are another', async (_, _field, columns) => {
  const wrong: string[] = [];
  for (const header of tricky) {
    const { problems } = await parseTable(table(columns(header))).catch((error: unknown) => {
      // Nothing is written: a person says what the column is.
      if (error instanceof ImportRefusedError) return { problems: [] };
      throw error;
    });
    if (problems.some(({ code, column }) => code === 'column_guessed' && column === header)) wrong.push(header);
  }
  expect(wrong).toEqual([]);
});
