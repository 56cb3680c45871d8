import { describe, expect, it } from 'vitest';
import { only, parseBytes, said } from '../spreadsheets.ts';
import { refusal } from './hostile-workbooks.ts';

const flat = [
  {
    sku: 'A-1',
    title: 'Vase',
    price: 12.5,
    barcode: '0012345678905',
    images: ['https://e.com/1.jpg', 'https://e.com/2.jpg'],
  },
  { sku: 'A-2', title: 'Bowl', price: '9.95', tags: ['red', 'round'], quantity: 3 },
];

describe('a list of products as JSON', () => {
  it.each<[string, string]>([
    ['an array', JSON.stringify(flat)],
    ['an array on many lines', JSON.stringify(flat, null, 2)],
    ['an object around it', JSON.stringify({ total: 2, products: flat, next: null })],
    ['a product a line', flat.map((product) => JSON.stringify(product)).join('\n')],
    ['an array behind a byte order mark', `\uFEFF${JSON.stringify(flat)}`],
  ])('is read from %s', async (_, text) => {
    const { products, problems } = await parseBytes(text);
    expect(products.map(said)).toMatchObject([
      { code: 'A-1', title: 'Vase', price: '12.5', images: ['https://e.com/1.jpg', 'https://e.com/2.jpg'] },
      { code: 'A-2', title: 'Bowl', price: '9.95', tags: ['red', 'round'], variants: [{ quantity: 3 }] },
    ]);
    expect(products[0]?.variants[0]?.barcode).toBe('0012345678905');
    expect(problems).toEqual([]);
  });

  it('is read from UTF-16', async () => {
    const text = Buffer.from(`\uFEFF${JSON.stringify(flat)}`, 'utf16le');
    expect((await parseBytes(text)).products.map(({ code }) => code)).toEqual(['A-1', 'A-2']);
  });

  it('says of a product with which row it came', async () => {
    const { problems } = await parseBytes(JSON.stringify([...flat, { sku: 'A-3', title: 'Cup', price: 'x' }]));
    expect(problems).toMatchObject([{ code: 'invalid_price', row: 4, column: 'price', value: 'x' }]);
  });

  it('keeps numbers that JavaScript would round, and amounts whatever the supplier’s locale', async () => {
    const text = '[{"sku":12345678901234567890,"title":"Vase","price":1.234,"weight":1e400}]';
    const { products } = await parseBytes(text, { locale: 'de-DE' });
    expect(products).toMatchObject([{ code: '12345678901234567890', price: '1.234' }]);
  });

  it('reads amounts, images and names that are objects', async () => {
    const product = only(
      await parseBytes(
        JSON.stringify([
          {
            sku: 'A',
            title: 'Vase',
            price: { amount: '9.95', currency: 'USD' },
            image: { src: 'https://e.com/1.jpg' },
            categories: [{ id: 1, name: 'Home' }],
            size: { unit: 'cm', depth: [1, [2]] },
          },
        ]),
      ),
    );
    expect(product).toMatchObject({
      price: '9.95',
      images: [{ url: 'https://e.com/1.jpg' }],
      categoryPath: 'Home',
      attributes: { 'size unit': 'cm', 'size depth': '[1,[2]]' },
    });
  });
});

describe('Shopify’s products.json', () => {
  const shopify = {
    products: [
      {
        id: 6_780_000_000_001,
        title: 'Tee',
        handle: 'tee',
        body_html: '<p>Soft</p>',
        vendor: 'Acme',
        product_type: 'Shirts',
        tags: ['summer', 'cotton'],
        variants: [
          {
            id: 1,
            title: 'S',
            option1: 'S',
            sku: 'TEE-S',
            price: '10.00',
            compare_at_price: '12.00',
            grams: 150,
            inventory_quantity: 4,
            image_id: 8,
          },
          { id: 2, title: 'M', option1: 'M', sku: 'TEE-M', price: '11.00', grams: 160, inventory_quantity: 0 },
        ],
        options: [{ name: 'Size', position: 1, values: ['S', 'M'] }],
        images: [
          { id: 7, position: 1, src: 'https://cdn.shopify.com/1.jpg', alt: 'Front' },
          { id: 8, position: 2, src: 'https://cdn.shopify.com/2.jpg' },
          { id: 9, position: 3, src: 'https://cdn.shopify.com/3.jpg' },
        ],
      },
      {
        id: 2,
        title: 'Mug',
        handle: 'mug',
        body_html: '',
        vendor: 'Acme',
        variants: [{ sku: 'MUG', option1: 'Default Title', price: '5.00' }],
        options: [{ name: 'Title' }],
        images: [],
      },
    ],
  };

  it('is read as its csv is', async () => {
    const { products, problems } = await parseBytes(JSON.stringify(shopify));
    expect(products).toMatchObject([
      {
        code: 'tee',
        title: 'Tee',
        brand: 'Acme',
        description: '<p>Soft</p>',
        tags: ['summer', 'cotton'],
        variants: [
          { sku: 'TEE-S', options: { Size: 'S' }, price: '10', msrp: '12', quantity: 4, weightGrams: '150' },
          { sku: 'TEE-M', options: { Size: 'M' }, price: '11', quantity: 0 },
        ],
      },
      { code: 'mug', title: 'Mug', variants: [{ sku: 'MUG', options: {}, price: '5' }], images: [] },
    ]);
    expect(products[0]?.images.map(({ url, alt }) => [url, alt])).toEqual([
      ['https://cdn.shopify.com/1.jpg', 'Front'],
      ['https://cdn.shopify.com/2.jpg', null],
      ['https://cdn.shopify.com/3.jpg', null],
    ]);
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it('of another shop’s names groups its variants, too', async () => {
    const { products } = await parseBytes(
      JSON.stringify([
        {
          code: 'T',
          title: 'Tee',
          variants: [
            { sku: 'T-S', price: 10, option1: 'S' },
            { sku: 'T-M', price: 11, option1: 'M' },
          ],
        },
      ]),
    );
    expect(products).toMatchObject([
      {
        code: 'T',
        variants: [
          { sku: 'T-S', price: '10' },
          { sku: 'T-M', price: '11' },
        ],
      },
    ]);
  });
});

describe('hostile JSON', () => {
  it('has names that are data, never parts of JavaScript', async () => {
    const text =
      '[{"sku":"A","title":"Vase","price":1,"__proto__":{"polluted":"yes"},"constructor":"x","toString":"y"}]';
    const product = only(await parseBytes(text));
    expect(Object.entries(product.attributes)).toEqual([
      ['__proto__ polluted', 'yes'],
      ['constructor', 'x'],
      ['toString', 'y'],
    ]);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it.each<[string, RegExp, () => string]>([
    ['deep', /nested more than/, () => `[{"a":${'['.repeat(1_000_000)}`],
    ['of deep objects', /nested more than/, () => `[${'{"a":'.repeat(100_000)}`],
    ['cut off', /damaged or cut off after 1 product /, () => '[{"sku":"A","title":"B"},{"sku":"C","ti'],
    ['with garbage behind it', /damaged/, () => '[{"sku":"A","title":"B"}] x'],
    ['of numbers', /is no list of products/, () => '[[1,2],[3,4]]'],
    ['without products', /is no list of products/, () => '{"products":null,"a":[1]} "x"'],
    ['with one endless text', /holds 1\d{6,} characters|more than/, () => `[{"sku":"${'x'.repeat(5_000_000)}"}]`],
    ['with an endless name', /name in the JSON has/, () => `[{"${'x'.repeat(10_000)}":1}]`],
    [
      'with thousands of names',
      /more than 2000 names/,
      () => JSON.stringify([Object.fromEntries(Array.from({ length: 2_001 }, (_, n) => [`n${n}`, 1]))]),
    ],
    ['empty', /has no rows/, () => '[]'],
    ['of empty products', /has no rows/, () => '[{},{}]'],
  ])('is refused in one line: %s', async (_, message, text) => {
    const refused = await refusal(text());
    expect(refused.message).toMatch(message);
    expect(refused.message).toMatch(/^[^\n]+$/);
  });

  it('is not held as a whole', async () => {
    const product = (n: number) =>
      `{"sku":"S-${n}","title":"Vase ${n}","price":${n}.5,"text":"${'lorem ipsum '.repeat(80)}"}`;
    const text = `[${Array.from({ length: 20_000 }, (_, n) => product(n)).join(',')}]`;
    const { result } = await parseBytes(text);
    expect(result).toMatchObject({ products: 20_000, rows: { read: 20_000, rejected: 0 } });
  });
});
