import { describe, expect, it } from 'vitest';
import { only, parseTable } from '../spreadsheets.ts';

describe('identifiers', () => {
  it.each([
    ['00123', '00123'],
    ['1E5', '1E5'],
    ['1e10', '1e10'],
    ["'00123", '00123'],
    ['="00123"', '00123'],
    [' A-1 ', 'A-1'],
    ['٠١٢', '٠١٢'],
    ['3.10', '3.10'],
  ])('keeps the SKU %j as %s', async (text, sku) => {
    const { products, problems } = await parseTable([
      ['SKU', 'Title'],
      [text, 'Vase'],
    ]);
    expect(problems).toEqual([]);
    expect(products).toMatchObject([{ code: sku, variants: [{ key: sku, sku }] }]);
  });

  it('keeps a barcode’s leading zeros and reports those that are lost', async () => {
    const { products, problems } = await parseTable([
      ['SKU', 'Title', 'UPC'],
      ['A', 'Vase', '012345678905'],
      ['B', 'Bowl', '12345678905'],
      ['C', 'Cup', '7.12345E+11'],
    ]);
    expect(products.map(({ variants }) => variants[0]?.barcode)).toEqual(['012345678905', '12345678905', null]);
    expect(problems).toMatchObject([
      { code: 'lost_leading_zeros', row: 3, message: expect.stringContaining('012345678905') },
      { code: 'damaged_identifier', row: 4, value: '7.12345E+11' },
    ]);
  });

  it.each(['N/A', 'none', '-'])('takes the identifier %j for none', async (text) => {
    const { products, problems } = await parseTable([
      ['Handle', 'Title', 'Size', 'Variant SKU', 'UPC'],
      ['shirt', 'Shirt', 'S', text, text],
      ['shirt', '', 'M', text, text],
    ]);
    expect(problems).toEqual([]);
    expect(products[0]?.variants).toMatchObject([
      { key: 'S', sku: null, barcode: null },
      { key: 'M', sku: null, barcode: null },
    ]);
  });

  it('leaves a leading apostrophe in a title', async () => {
    expect(
      only(
        await parseTable([
          ['SKU', 'Title'],
          ['A', "'90s Vase"],
        ]),
      ).title,
    ).toBe("'90s Vase");
  });
});

describe('quantities and states', () => {
  it.each([
    ['25', 25, []],
    ['1,200', 1200, []],
    ['10+', 10, []],
    ['>100', 100, []],
    ['-3', -3, []],
    ['N/A', null, []],
    ['Out of Stock', 0, []],
    ['2.7', 2, ['fractional_quantity']],
    ['plenty', null, ['invalid_quantity']],
    ['99999999999', null, ['invalid_quantity']],
  ])('reads the quantity %j as %j', async (text, quantity, codes) => {
    const { products, problems } = await parseTable([
      ['SKU', 'Title', 'Qty'],
      ['A', 'Vase', text],
    ]);
    expect(products[0]?.variants[0]?.quantity).toBe(quantity);
    expect(problems.map(({ code }) => code)).toEqual(codes);
  });

  it.each([
    ['active', true],
    ['TRUE', true],
    ['Yes', true],
    ['1', true],
    ['', true],
    ['draft', false],
    ['Archived', false],
    ['no', false],
    ['0', false],
    ['Discontinued', false],
    ['oui', true],
    ['Nein', false],
    ['-', true],
    ['who knows', true],
  ])('reads the status %j as active %j', async (text, active) => {
    const { products, problems } = await parseTable([
      ['SKU', 'Title', 'Status'],
      ['A', 'Vase', text],
    ]);
    expect(products[0]?.active).toBe(active);
    expect(problems.map(({ code }) => code)).toEqual(text === 'who knows' ? ['invalid_status'] : []);
  });

  it('keeps an HTML description as given', async () => {
    const html = '<p>Fish &amp; chips</p>\n<ul>\n  <li>a\u00a0b</li></ul> ';
    expect(
      only(
        await parseTable([
          ['SKU', 'Title', 'Description'],
          ['A', 'Vase', html],
        ]),
      ).description,
    ).toBe(html);
  });

  it('gives the same hash to the same product and another to any change', async () => {
    const hash = async (price: string, note: string) =>
      only(
        await parseTable([
          ['SKU', 'Title', 'Price', 'Note', 'Other'],
          ['A', 'Vase', price, note, 'x'],
        ]),
      ).contentHash;
    const moved = only(
      await parseTable([
        ['Other', 'Note', 'Price', 'Title', 'SKU'],
        ['x', 'n', '5.00', 'Vase', 'A'],
      ]),
    ).contentHash;
    expect(moved).toBe(await hash('5', 'n'));
    expect(new Set([await hash('5', 'n'), await hash('6', 'n'), await hash('5', 'm')]).size).toBe(3);
  });
});
