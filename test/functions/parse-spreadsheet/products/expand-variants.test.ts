import { describe, expect, it } from 'vitest';
import { only, parseTable } from '../spreadsheets.ts';

const variantsOf = async (table: string[][]) =>
  only(await parseTable(table)).variants.map(({ sku, options, price, quantity }) => [sku, options, price, quantity]);

describe('a row that lists the values of its options', () => {
  const header = ['TITLE', 'PRICE', 'CURRENCY_CODE', 'QUANTITY', 'MATERIALS', 'VARIATION 1 TYPE'];
  const variations = ['VARIATION 1 NAME', 'VARIATION 1 VALUES', 'VARIATION 2 NAME', 'VARIATION 2 VALUES', 'SKU'];
  const etsy = (one: string, other: string, sku: string) => [
    [...header, ...variations],
    ['Mug', '5', 'USD', '29', 'Clay', 'Custom', 'Size', one, other === '' ? '' : 'Colour', other, sku],
  ];

  it('is a variant for each, which have neither the SKUs of all nor their quantity', async () => {
    const parsed = await parseTable(etsy('S,M, L', '', 'M-2,M-1,M-3'));
    expect(parsed.problems.filter(({ code }) => code === 'sku_list')).toMatchObject([
      { row: 2, column: 'SKU', value: 'M-2,M-1,M-3' },
    ]);
    const product = only(parsed);
    expect(product).toMatchObject({
      code: 'title:mug',
      attributes: { SKU: 'M-2,M-1,M-3', QUANTITY: '29' },
      variants: [
        { key: 'S', sku: null, price: '5', quantity: null, options: { Size: 'S' } },
        { key: 'M' },
        { key: 'L', options: { Size: 'L' } },
      ],
    });
    expect(product.attributes).not.toHaveProperty('VARIATION 1 VALUES');
  });

  it('may have more SKUs than fit into one', async () => {
    const letters = ['A', 'B', 'C'].map((letter) => letter.repeat(120));
    const { products, problems } = await parseTable(etsy('S,M,L', '', letters.join(',')));
    expect(products).toMatchObject([{ variants: [{ key: 'S' }, { key: 'M' }, { key: 'L' }] }]);
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it('whose one value stands beside several SKUs has them as they are', async () => {
    expect(await variantsOf(etsy('S', '', 'M-1,M-2'))).toEqual([['M-1,M-2', { Size: 'S' }, '5', 29]]);
    const { problems } = await parseTable(etsy('S', '', `${'A'.repeat(200)},${'B'.repeat(200)}`));
    expect(problems.map(({ code }) => code)).toContain('identifier_too_long');
  });

  it('is a variant for each combination of two lists', async () => {
    expect(await variantsOf(etsy('S,M', 'Red,Blue', ''))).toEqual([
      [null, { Size: 'S', Colour: 'Red' }, '5', null],
      [null, { Size: 'S', Colour: 'Blue' }, '5', null],
      [null, { Size: 'M', Colour: 'Red' }, '5', null],
      [null, { Size: 'M', Colour: 'Blue' }, '5', null],
    ]);
  });

  it('is one product where it lists one value, or more than a shop can have', async () => {
    expect(await variantsOf(etsy('S', '', 'M-1'))).toEqual([['M-1', { Size: 'S' }, '5', 29]]);
    const many = Array.from({ length: 3_000 }, (_, index) => index).join(',');
    expect(await variantsOf(etsy(many, many, 'M-1'))).toHaveLength(1);
  });

  it('has the stock of each size where the cell says it', async () => {
    expect(
      await variantsOf([
        ['SKU', 'Title', 'Price', 'Size'],
        ['A', 'Bodysuit', '5', '24m:0;18m:2; 12m:11'],
      ]),
    ).toEqual([
      [null, { Size: '24m' }, '5', 0],
      [null, { Size: '18m' }, '5', 2],
      [null, { Size: '12m' }, '5', 11],
    ]);
  });

  it.each(['1:2', '16:9', 'S/M', 'a: b; c: d', '10:30;'])('is no list: %s', async (size) => {
    const product = only(
      await parseTable([
        ['SKU', 'Title', 'Size'],
        ['A', 'Bodysuit', size],
      ]),
    );
    expect(product).toMatchObject({ variants: [{ key: 'A' }], attributes: { Size: size } });
  });
});

describe('Wix', () => {
  const header = ['handleId', 'fieldType', 'name', 'sku', 'price', 'surcharge', 'inventory', 'visible'];
  const option = ['productOptionName1', 'productOptionDescription1'];
  const wash = ['p1', 'Product', 'Wash', '', '15.95', '', '0', 'true', 'Size', '250ML;1 Liter'];

  it('adds the surcharge of a variant to the price of its product', async () => {
    expect(
      await variantsOf([
        [...header, ...option],
        wash,
        ['p1', 'Variant', '', 'W1', '', '0.0', '12', 'true', '', '250ML'],
        ['p1', 'Variant', '', '', '', '-1.38', '5', 'true', '', '1 Liter'],
      ]),
    ).toEqual([
      ['W1', { Size: '250ML' }, '15.95', 12],
      [null, { Size: '1 Liter' }, '14.57', 5],
    ]);
  });

  it('has the variants that a product lists where no rows do', async () => {
    expect(await variantsOf([[...header, ...option], wash])).toMatchObject([
      [null, { Size: '250ML' }, '15.95', null],
      [null, { Size: '1 Liter' }, '15.95', null],
    ]);
  });

  it.each(['free', '-20'])('rejects a surcharge that makes no price: %s', async (surcharge) => {
    const { products, problems } = await parseTable([
      [...header, ...option],
      wash,
      ['p1', 'Variant', '', 'W1', '', surcharge, '12', 'true', '', '250ML'],
    ]);
    expect(products).toEqual([]);
    expect(problems).toMatchObject([{ code: 'invalid_price', column: 'surcharge', value: surcharge }]);
  });
});

it('the head of a product’s variants is none of them, and its 0 no price (Spree)', async () => {
  const product = only(
    await parseTable([
      ['slug', 'sku', 'name', 'price', 'inventory_count', 'option1_name', 'option1_value', 'tax_category'],
      ['shirt', '', 'Shirt', '0.0', '100', '', '', 'Default'],
      ['shirt', 'SHIRT-S', '', '62.99', '5', 'Size', 'S', 'Clothing'],
      ['shirt', 'SHIRT-M', '', '63.99', '6', 'Size', 'M', 'Clothing'],
    ]),
  );
  expect(product).toMatchObject({ title: 'Shirt', price: '62.99', variants: [{ key: 'SHIRT-S' }, { key: 'SHIRT-M' }] });
});
