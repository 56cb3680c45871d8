import { describe, expect, it } from 'vitest';
import { parseTable } from '../spreadsheets.ts';

describe('which of several columns holds a field', () => {
  it('is, of barcodes, the first that is filled', async () => {
    const { products } = await parseTable([
      ['Title', 'UPC', 'EAN13', 'Price'],
      ['Vase', '', '4006381333931', '5'],
      ['Bowl', 'n/a', '4006381333948', '5'],
      ['Cup', '012345678905', '0012345678905', '5'],
    ]);
    expect(products.map(({ code, variants: [variant] }) => [code, variant?.barcode, variant?.attributes])).toEqual([
      ['4006381333931', '4006381333931', {}],
      ['4006381333948', '4006381333948', {}],
      ['012345678905', '012345678905', { EAN13: '0012345678905' }],
    ]);
  });

  it.each([
    [['Unit Price (USD)', 'Price (AUD)'], '7', 'AUD'],
    [['Unit Cost (USD)', 'Price (AUD)'], '7', 'AUD'],
    [['Wholesale price USD', 'Price AUD'], '7', 'AUD'],
    [['Price (AUD)', 'Price (USD)'], '7', 'USD'],
  ])('is, of %j, the price, whatever its currency', async (headers, price, currency) => {
    const cells = headers[1] === 'Price (USD)' ? ['9', '7'] : ['3', '7'];
    const { products, problems } = await parseTable([
      ['SKU', 'Title', ...headers],
      ['A', 'Vase', ...cells],
      ['B', 'Bowl', ...cells],
    ]);
    expect(products.map((product) => [product.price, product.currency])).toEqual([
      [price, currency],
      [price, currency],
    ]);
    expect(problems.map(({ code }) => code)).toEqual(currency === 'USD' ? [] : ['other_currency']);
  });

  it('is, without any other price, the list price of a list made by hand, which it says once', async () => {
    const { products, problems } = await parseTable([
      ['Codice', 'Nome', 'Listino', 'Costo'],
      ['A', 'Vaso', '9', '4'],
      ['B', 'Ciotola', '8', '3'],
    ]);
    expect(products.map(({ price, msrp, cost }) => [price, msrp, cost])).toEqual([
      ['9', null, '4'],
      ['8', null, '3'],
    ]);
    expect(problems.map(({ code, column }) => [code, column])).toEqual([['list_price_taken', 'Listino']]);
  });

  it('is no list price where another column may be the price', async () => {
    const { products, problems } = await parseTable([
      ['SKU', 'Title', 'MSRP', 'Price for partners'],
      ['A', 'Vase', '9', '5'],
    ]);
    expect(products[0]).toMatchObject({ price: null, msrp: '9' });
    expect(problems).toEqual([]);
  });

  it('leaves the price alone in a file that only changes list prices', async () => {
    const { said } = await parseTable([
      ['SKU', 'MSRP'],
      ['A', '9'],
    ]);
    expect(said.flatMap(({ variants }) => variants.map((variant) => 'price' in variant))).not.toContain(true);
  });

  it('never is an option where it is a metafield', async () => {
    const { products } = await parseTable([
      [
        'Handle',
        'Title',
        'Option1 Name',
        'Option1 Value',
        'Variant SKU',
        'Variant Price',
        'Color (product.metafields.shopify.color-pattern)',
        'Size (variant.metafields.custom.size)',
        'Metafield: custom.price [number]',
      ],
      ['tee', 'Tee', 'Size', 'S', 'T-S', '5', 'red; blue', 'small', '99'],
      ['tee', '', '', 'M', 'T-M', '5', '', 'medium', ''],
    ]);
    expect(products[0]).toMatchObject({
      price: '5',
      attributes: {
        'Color (product.metafields.shopify.color-pattern)': 'red; blue',
        'Metafield: custom.price [number]': '99',
      },
      variants: [
        { key: 'T-S', options: { Size: 'S' }, attributes: { 'Size (variant.metafields.custom.size)': 'small' } },
        { key: 'T-M', options: { Size: 'M' }, attributes: { 'Size (variant.metafields.custom.size)': 'medium' } },
      ],
    });
  });

  it.each([[['ID', 'Name', 'Phone']], [['No', 'Name', 'Phone']], [['No', 'Name', 'Anschluss']]])(
    'is no list of products where %j are its columns',
    async (header) => {
      const people = ['Ada Byron', 'Grace Hopper', 'Alan Turing'];
      const table = [header, ...people.map((name, n) => [String(n + 1), name, `0471-555${n}${n + 3}`])];
      await expect(parseTable(table)).rejects.toThrow('is no header of products');
    },
  );
});
