import fc from 'fast-check';
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

  it('rounds as people do, wherever the digits end', () => {
    const digits = fc.record({
      thousandths: fc.integer({ min: 0, max: 1e10 }),
      more: fc.oneof(fc.constantFrom('', '4', '49', '499999', '5', '50', '500001'), fc.integer({ min: 0 }).map(String)),
    });
    fc.assert(
      fc.property(digits, ({ thousandths, more }) => {
        const written = `${String(thousandths).padStart(4, '0')}`.replace(/(\d{3})$/, `.$1${more.slice(0, 3)}`);
        const rounded = BigInt(thousandths) + (/^[5-9]/.test(more) ? 1n : 0n);
        const text = String(rounded)
          .padStart(4, '0')
          .replace(/(\d{3})$/, '.$1');
        expect(decimalText(Number(written), 3)).toBe(text.replace(/\.?0+$/, ''));
      }),
    );
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
