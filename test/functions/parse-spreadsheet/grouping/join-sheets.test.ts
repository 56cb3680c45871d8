import { describe, expect, it } from 'vitest';
import { parseWorkbook, type Table } from '../spreadsheets.ts';

const shirts: Table = [
  ['Handle', 'Title', 'Size', 'SKU', 'Price'],
  ['shirt', 'Shirt', 'S', 'S-1', 5],
  ['shirt', '', 'M', 'S-2', 6],
  ['mug', 'Mug', '', 'M-1', 7],
];

describe('a second sheet about the same products', () => {
  it('is joined by SKU, also where it stands before them', async () => {
    const barcodes: Table = [
      ['SKU', 'Barcode', 'Shelf'],
      ['S-2', '4006381333931', 'R2'],
      ['M-1', '036000291452', 'R1'],
    ];
    const pictures: Table = [
      ['SKU', 'Image'],
      ['S-1', 'https://a.example/1.jpg'],
      ['S-1', 'https://a.example/2.jpg'],
    ];
    const { products, problems } = await parseWorkbook({ Barcodes: barcodes, Products: shirts, Pictures: pictures });
    expect(problems).toEqual([]);
    expect(products).toMatchObject([
      {
        code: 'shirt',
        images: [{ url: 'https://a.example/1.jpg' }, { url: 'https://a.example/2.jpg' }],
        variants: [
          { sku: 'S-1', barcode: null, price: '5' },
          { sku: 'S-2', barcode: '4006381333931', price: '6' },
        ],
      },
      { code: 'mug', images: [], variants: [{ sku: 'M-1', barcode: '036000291452' }] },
    ]);
    expect(JSON.stringify(products)).toContain('"Shelf":"R1"');
  });

  it('is joined by the code of the product', async () => {
    const { products } = await parseWorkbook({
      Products: shirts,
      Texts: [
        ['Handle', 'Brand'],
        ['shirt', 'Acme'],
      ],
    });
    expect(products).toMatchObject([{ brand: 'Acme' }, { brand: null }]);
  });

  it('has as attributes what the products have themselves, and nothing of what it says twice', async () => {
    const { products, problems } = await parseWorkbook({
      Products: shirts,
      Countries: [
        ['SKU', 'Country', 'Price', 'Quantity'],
        ['M-1', 'DE', 9, 3],
        ['M-1', 'AT', 10, 3],
        ['S-1', 'DE', 8, 2],
      ],
    });
    expect(products).toMatchObject([
      {
        code: 'shirt',
        price: '5',
        variants: [
          { price: '5', quantity: 2 },
          { price: '6', quantity: null },
        ],
      },
      { code: 'mug', price: '7', variants: [{ price: '7', quantity: 3 }] },
    ]);
    expect(JSON.stringify(products[0])).toContain('"Price (Countries)":"8"');
    expect(problems.map(({ code, column }) => [code, column])).toEqual([
      ['conflicting_value', 'Country'],
      ['conflicting_value', 'Price'],
    ]);
  });

  it('does not bring products that are nowhere called by a title', async () => {
    const { products, result, problems } = await parseWorkbook({
      Products: shirts,
      Barcodes: [['SKU', 'Barcode'], ...Array.from({ length: 3 }, (_, index) => [`X-${index}`, '4006381333931'])],
    });
    expect(products).toHaveLength(2);
    expect(result.rows).toMatchObject({ read: 6, rejected: 0 });
    expect(problems).toMatchObject([{ code: 'rows_without_product', message: expect.stringContaining('3 rows') }]);
  });
});

it('a SKU that is another product’s handle joins no products', async () => {
  const { products } = await parseWorkbook({
    Products: [
      ['Handle', 'Title', 'SKU'],
      ['a', 'Vase', 'b'],
      ['b', 'Bowl', 'a'],
    ],
    Barcodes: [
      ['SKU', 'Barcode'],
      ['a', '4006381333931'],
    ],
  });
  expect(products.map(({ code, variants }) => [code, variants[0]?.barcode])).toEqual([
    ['a', null],
    ['b', '4006381333931'],
  ]);
});

it('two sheets with titles stay two lists', async () => {
  const list = (code: string): Table => [
    ['SKU', 'Title', 'Price'],
    [code, 'Vase', 5],
  ];
  const { products, problems } = await parseWorkbook({ Glass: list('A'), Clay: list('B') });
  expect(products.map(({ code, sheets }) => [code, sheets])).toEqual([
    ['A', [0]],
    ['B', [1]],
  ]);
  expect(problems).toEqual([]);
});
