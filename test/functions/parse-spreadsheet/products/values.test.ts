import { describe, expect, it } from 'vitest';
import { decimalText, readMoney, readNumber } from '../../../../functions/parse-spreadsheet/values/read-money.ts';
import { only, parseTable } from '../spreadsheets.ts';

describe('money', () => {
  it.each([
    ['12.99', 'en-US', '12.99', null],
    [12.99, 'de-DE', '12.99', null],
    [1299, 'de-DE', '1299', null],
    [0.1 + 0.2, 'en-US', '0.3', null],
    ['$1,299.00', 'en-US', '1299', null],
    ['US$ 5', 'en-US', '5', 'USD'],
    ['€12,99', 'en-US', '12.99', 'EUR'],
    ['12,99 €', 'de-DE', '12.99', 'EUR'],
    ['1.299,00', 'en-US', '1299', null],
    ['1.299', 'de-DE', '1299', null],
    ['1.299', 'en-US', '1.299', null],
    ['1,299', 'en-US', '1299', null],
    ['1,299', 'de-DE', '1.299', null],
    ['1.299.000', 'en-US', '1299000', null],
    ['1 299,50', 'fr-FR', '1299.5', null],
    ["1'299.50", 'de-CH', '1299.5', null],
    ['12,34,567.00', 'en-IN', '1234567', null],
    ['12.99 USD', 'en-US', '12.99', 'USD'],
    ['usd12.99', 'en-US', '12.99', 'USD'],
    ['CA$7', 'en-US', '7', 'CAD'],
    ['.99', 'en-US', '0.99', null],
    ['5.', 'en-US', '5', null],
    ['12.345678', 'en-US', '12.3457', null],
    ['$4.50/ea', 'en-US', '4.5', null],
    ["'12.99", 'en-US', '12.99', null],
    ['5000 Fcfa', 'fr-SN', '5000', 'XOF'],
    ['5 000 F CFA', 'fr-SN', '5000', 'XOF'],
    ['$72.000 Pesos', 'es-CO', '72000', null],
    ['Rs. 1,250', 'en-IN', '1250', null],
    ['250 руб.', 'ru-RU', '250', 'RUB'],
    ['1.990 Ft', 'hu-HU', '1990', 'HUF'],
    ['S/. 20', 'es-PE', '20', 'PEN'],
    ['1200円', 'ja-JP', '1200', 'JPY'],
    ['0', 'en-US', '0', null],
    ['5.-', 'de-CH', '5', null],
    ['5,--', 'nl-NL', '5', null],
    ['9999999999.9999', 'en-US', '9999999999.9999', null],
  ])('reads %j in %s as %s %s', (text, locale, amount, currency) => {
    expect(readMoney(text, locale)).toEqual({ amount, currency });
  });

  it.each([
    ['call us', 'invalid'],
    ['10-20', 'invalid'],
    ['12.99.1', 'invalid'],
    ['1,29,9', 'invalid'],
    ['12 apples', 'invalid'],
    ['12 ft', 'invalid'],
    ['free 5', 'invalid'],
    ['1e5', 'invalid'],
    ['', 'invalid'],
    ['-5', 'negative'],
    ['($5.00)', 'negative'],
    ['-$5', 'negative'],
    [-1, 'negative'],
    ['10000000000', 'too_large'],
    [Number.POSITIVE_INFINITY, 'invalid'],
  ])('refuses %j as %s', (text, reason) => {
    expect(readMoney(text, 'en-US')).toBe(reason);
  });

  it.each([
    [1.005, 2, '1.01'],
    [1e-7, 4, '0'],
    [123456789.12345, 4, '123456789.1235'],
    [1e10 - 1, 4, '9999999999'],
  ])('writes %d with %d places as %s', (value, places, text) => {
    expect(decimalText(value, places)).toBe(text);
  });

  it.each([
    ['12', 12],
    ['1,5', 1.5],
    ['1,234,567.8', 1234567.8],
    ['abc', null],
    ['--1', null],
  ])('reads the number %j', (text, value) => {
    expect(readNumber(text, 'en-US')).toBe(value);
  });
});

it.each(['N/A', '-', ' $ -   ', '€—'])('takes the price %j for none', async (text) => {
  const { products, problems } = await parseTable([
    ['SKU', 'Title', 'Price'],
    ['A', 'Vase', text],
  ]);
  expect([products[0]?.price, problems]).toEqual([null, []]);
});

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

describe('texts in the place of prices', () => {
  it.each([
    'TBD',
    'FREE',
    'call',
    'Call for pricing!',
    'P.O.A.',
    'Price on request',
    'Auf Anfrage',
    'sur devis',
    'A consultar',
    'по запросу',
    '面议',
  ])('%s is no price, and said', async (text) => {
    const { products, problems } = await parseTable([
      ['SKU', 'Title', 'Price'],
      ['A', 'Vase', text],
    ]);
    expect(products).toMatchObject([{ code: 'A', price: null }]);
    expect(problems).toMatchObject([{ code: 'no_price', row: 2, value: text }]);
  });

  it.each([
    ['4.86 -- 6.22', '4.86', 'USD'],
    ['$5 – $10', '5', 'USD'],
    ['10-20', '10', 'USD'],
    ['12,50 bis 9,50 EUR', '9.5', 'EUR'],
    ['5 to 7', '5', 'USD'],
  ])('of the range %s the lower end is taken, and the range kept', async (text, price, currency) => {
    const parsed = await parseTable([
      ['SKU', 'Title', 'Price'],
      ['A', 'Vase', text],
    ]);
    expect(only(parsed)).toMatchObject({ price, currency, variants: [{ attributes: { Price: text } }] });
    expect(parsed.problems.filter(({ code }) => code !== 'other_currency')).toMatchObject([
      { code: 'price_range', value: text },
    ]);
  });

  it.each(['5 USD - 10 EUR', 'A-10', '2026-01-05', 'cheap', 'Vase 5 - 10'])('%s is neither', async (text) => {
    const { problems } = await parseTable([
      ['SKU', 'Title', 'Price'],
      ['A', 'Vase', text],
    ]);
    expect(problems.map(({ code }) => code)).toEqual(['invalid_price']);
  });

  it('a column of currencies may name them in words', async () => {
    const { products } = await parseTable(
      [
        ['SKU', 'Title', 'Price', 'Currency'],
        ['A', 'Vase', '5', 'Fcfa'],
        ['B', 'Bowl', '5', 'Pesos'],
      ],
      { currency: 'MXN' },
    );
    expect(products.map(({ currency }) => currency)).toEqual(['XOF', 'MXN']);
  });
});
