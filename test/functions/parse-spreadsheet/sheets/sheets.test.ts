import { describe, expect, it } from 'vitest';
import { only, parseTable, parseWorkbook } from '../spreadsheets.ts';

const cdn = 'https://cdn.example.com';

describe('sheets', () => {
  const header = ['SKU', 'Title', 'Price'];

  it('reads every sheet with products and joins a product over sheets', async () => {
    const { products, problems, result } = await parseWorkbook({
      Instructions: [['How to use this file'], ['Fill in SKU and Title.'], ['Thank you']],
      Summer: [header, ['A', 'Vase', 5]],
      Winter: [['Winter 2026'], header, ['B', 'Bowl', 6], ['A', 'Vase', 5]],
    });
    expect(products.map(({ code }) => code)).toEqual(['A', 'B']);
    expect(result.rows.read).toBe(3);
    expect(problems.map(({ code, sheet, row }) => [code, sheet, row])).toEqual([
      ['sheet_skipped', 'Instructions', null],
      ['duplicate_row', 'Winter', 4],
    ]);
  });

  it.each(['hidden', 'veryHidden'] as const)('does not read a %s sheet', async (state) => {
    const { products, problems } = await parseWorkbook(
      { Old: [header, ['X', 'Old', 1]], Products: [header, ['A', 'Vase', 5]] },
      (workbook) => {
        for (const sheet of workbook.worksheets) if (sheet.name === 'Old') sheet.state = state;
      },
    );
    expect(products.map(({ code }) => code)).toEqual(['A']);
    expect(problems.map(({ code, sheet }) => [code, sheet])).toEqual([['hidden_sheet_skipped', 'Old']]);
  });

  it('does not take an example on an instructions sheet for a product', async () => {
    const { products, problems } = await parseWorkbook({
      'Read me first': [header, ['EXAMPLE-1', 'An example', 9.99]],
      Products: [header, ['A', 'Vase', 5]],
    });
    expect(products.map(({ code }) => code)).toEqual(['A']);
    expect(problems.map(({ code, sheet }) => [code, sheet])).toEqual([['sheet_skipped', 'Read me first']]);
  });

  it('refuses a workbook whose sheets are all hidden', async () => {
    const parsed = parseWorkbook({ Products: [header, ['A', 'Vase', 5]] }, ({ worksheets: [only] }) => {
      if (only !== undefined) only.state = 'hidden';
    });
    await expect(parsed).rejects.toMatchObject({ name: 'NoUsableHeader', message: expect.stringContaining('hidden') });
  });

  it('reads sheets of different conventions, each by its own header', async () => {
    const { products, result } = await parseWorkbook({
      Shop: [
        ['Handle', 'Title', 'Variant SKU', 'Variant Price', 'Image Src'],
        ['vase', 'Vase', 'V-1', 5, `${cdn}/1.jpg`],
      ],
      List: [header, ['B', 'Bowl', 6]],
    });
    expect(products.map(({ code }) => code)).toEqual(['vase', 'B']);
    expect(result.format).toBe('shopify');
  });
});

describe('unusual tables', () => {
  it('skips a header repeated among the rows', async () => {
    const { products, problems } = await parseTable([
      ['SKU', 'Title', 'Price'],
      ['A', 'Vase', '5'],
      ['SKU', 'Title', 'Price'],
      ['B', 'Bowl', '6'],
    ]);
    expect([products.map(({ code }) => code), problems]).toEqual([['A', 'B'], []]);
  });

  it('keeps columns and options whose names are properties of JavaScript objects', async () => {
    const product = only(
      await parseTable([
        ['Code', 'Title', 'SKU', 'constructor', 'toString', 'Option 1 Name', 'Option 1 Value'],
        ['C', 'Vase', 'A', 'x', 'y', 'valueOf', 'S'],
        ['C', '', 'B', 'x', 'z', 'valueOf', 'M'],
      ]),
    );
    expect(product.attributes).toEqual({ constructor: 'x', toString: 'y' });
    expect(product.variants).toMatchObject([
      { options: { valueOf: 'S' } },
      { options: { valueOf: 'M' }, attributes: { toString: 'z' } },
    ]);
  });

  it('lets a mapping keep a column as an attribute or leave it out', async () => {
    const columnMapping = { Price: 'attribute', Internal: 'ignore' };
    const product = only(
      await parseTable(
        [
          ['SKU', 'Title', 'Price', 'Internal', 'MSRP'],
          ['A', 'Vase', 'see list', 'secret', '9'],
        ],
        { columnMapping },
      ),
    );
    expect(product).toMatchObject({ price: null, msrp: '9', attributes: { Price: 'see list' } });
    expect(product.attributes).not.toHaveProperty('Internal');
  });

  it('keeps the product of the first row where another product has its SKU', async () => {
    const { products, problems, rejected } = await parseTable([
      ['SKU', 'Title', 'Price'],
      ['A', 'Vase', '5'],
      ['A', 'Bowl', 'x'],
    ]);
    expect(products).toMatchObject([{ code: 'A', title: 'Vase', price: '5' }]);
    expect(problems).toMatchObject([{ code: 'duplicate_code', row: 3, column: 'SKU', value: 'A' }]);
    expect(rejected.map(({ number }) => number)).toEqual([3]);
  });
});
