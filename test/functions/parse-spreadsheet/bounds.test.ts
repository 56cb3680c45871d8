import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../functions/parse-spreadsheet/limits.ts';
import { parsedSpreadsheetBytes, parsedSpreadsheetSchema } from '../../../workflows/payloads/import-states.ts';
import { parseBytes, workbookOf } from './spreadsheets.ts';

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

/** The state's result as it would be of these bytes. */
async function parse(bytes: string | Uint8Array) {
  const parsed = await parseBytes(bytes);
  const result = parsedSpreadsheetSchema.parse({ ...parsed.result, chunks: 1, manifestKey: 'imports/1/rows.jsonl' });
  return { ...parsed, result };
}

describe('the result of Parse spreadsheet', () => {
  it.each([
    ['a picture in the cell', 'Image', `data:image/png;base64,${'iVBORw0KGgo'.repeat(30_000)}`, 'invalid_image_url'],
    ['300,000 digits as a price', 'Price', '9'.repeat(300_000), 'invalid_price'],
    ['300,000 letters as a price', 'Price', 'x'.repeat(300_000), 'invalid_price'],
    ['a text as a currency', 'Currency', 'shillings '.repeat(40_000), 'invalid_currency'],
  ])('stays small for %s, and the other products import', async (_, column, value, code) => {
    const { result, products } = await parse(
      stringify([
        ['SKU', 'Title', column],
        ['A', 'Vase', value],
        ['B', 'Bowl'],
      ]),
    );
    expect(result.problems.top.map((kind) => kind.code)).toContain(code);
    expect(products.map((product) => product.code)).toContain('B');
    expect(bytesOf(result)).toBeLessThan(4 * 1024);
  });

  const columns = [
    'SKU',
    'Title',
    'Price',
    'Cost',
    'Currency',
    'Qty',
    'Weight',
    'Status',
    'Barcode',
    'Brand',
    'Image 1',
  ];
  const hostile = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.constantFrom('', '#REF!', '-1', '1E+5', '12345678905', 'maybe', 'USD', 'EUR', '2.5', 'x'),
    },
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc
      .tuple(
        fc.constantFrom('x', '9', '€', '😀', '\u001b', '"', '\\', '\n', '=', '9.'),
        fc.integer({ min: 1, max: 5_000 }),
      )
      .map(([text, times]) => text.repeat(times)),
  );
  const header = fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...columns) }, hostile);
  const table = fc.tuple(
    fc.array(header, { minLength: 1, maxLength: 12 }),
    fc.array(fc.array(hostile, { maxLength: 14 }), { maxLength: 6 }),
  );

  it('is bounded whatever stands in the file, which does not keep a good product out', async () => {
    await fc.assert(
      fc.asyncProperty(table, fc.boolean(), async ([headers, rows], asWorkbook) => {
        const good = ['good', 'Good'];
        const whole = [['SKU', 'Title', ...headers], good, ...rows.map((row, index) => [`${index}`, ...row])];
        const named = `${headers.at(-1)}`.replace(/[\\/*?:[\]\p{Cc}']/gu, '').slice(0, 31) || 'List';
        const { result, products } = await parse(asWorkbook ? await workbookOf({ [named]: whole }) : stringify(whole));
        expect(bytesOf(result)).toBeLessThan(parsedSpreadsheetBytes);
        expect(products.map(({ code }) => code)).toContain('good');
      }),
      { numRuns: 30 },
    );
  });

  it('is bounded for the ten most frequent kinds of problem with every character escaped', async () => {
    const control = '\u001b'.repeat(5_000);
    const cells = [control, '-1', control, control, control, control, control, control, control];
    const rows = Array.from({ length: 3 }, (_, index) => [`A${index}`, `Vase ${control}`, ...cells]);
    const { result } = await parse(stringify([[...columns.slice(0, 11), control, `${control}2`], ...rows]));
    expect(result.problems.top.length).toBeGreaterThan(4);
    expect(bytesOf(result)).toBeLessThan(parsedSpreadsheetBytes);
  });
});

describe('headers of 255 characters', () => {
  const headers = Array.from({ length: 1900 }, (_, index) => `${index} `.padEnd(255, 'h'));
  const head = `SKU,Title,${headers.join(',')}\n`;
  const full = Array(1900).fill('x').join(',');

  it('cost nothing where a product has no value below them', async () => {
    const values = Array.from(
      { length: 20 },
      (_, index) => `${index},Vase,${','.repeat(index)}x${','.repeat(1899 - index)}`,
    );
    const { products } = await parseBytes(`${head}${values.join('\n')}\n`);
    for (const product of products) expect(Object.keys(product.attributes)).toHaveLength(1);
    expect(bytesOf(products)).toBeLessThan(20 * 1_500);
  });

  it('refuse a file whose products would be many times as large, by what is the matter', async () => {
    const rows = Array.from({ length: 300 }, (_, index) => `${index},Vase,${full}\n`);
    const parsing = parseBytes(`${head}${rows.join('')}`);
    await expect(parsing).rejects.toMatchObject({
      name: 'SpreadsheetTooLarge',
      message: expect.stringMatching(/more than 8 times the text of its rows.*Shorten the headers/),
    });
  });

  it('let a small file import', async () => {
    expect((await parseBytes(`${head}${`A,Vase,${full}\n`}`)).products).toHaveLength(1);
  });

  it('reject one product whose rows would make too large a line, and no other', async () => {
    const variants = Array.from({ length: 80 }, (_, index) => `A,Vase,${full.replace('x', `${index}`)}\n`);
    const { products, problems, rejected } = await parseBytes(
      `${head.replace('SKU', 'Handle')}B,Bowl\n${variants.join('')}`,
    );
    expect(limits.productCharacters).toBeLessThan(80 * 1900 * 256);
    expect(products.map(({ code }) => code)).toEqual(['B']);
    expect(problems.map(({ code }) => code)).toEqual(['product_too_large']);
    expect(rejected).toHaveLength(80);
  });
});
