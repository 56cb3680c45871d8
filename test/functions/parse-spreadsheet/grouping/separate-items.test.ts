import { expect, it } from 'vitest';
import { parseTable, parseWorkbook, type Table } from '../spreadsheets.ts';

const codesOf = async (table: Table) => {
  const { products, problems } = await parseTable(table);
  return {
    codes: products.map(({ code, variants }) => `${code} ×${variants.length}`),
    warned: problems.filter(({ code }) => code === 'same_title').length,
  };
};

it.each<[string, Table, string[], number]>([
  [
    'another price',
    [
      ['Title', 'Price'],
      ['Vase', '5'],
      ['Vase', '6'],
      ['Bowl', '7'],
    ],
    ['vase ×1', 'vase:2 ×1', 'bowl ×1'],
    1,
  ],
  [
    'another code that no dictionary knows, which becomes part of the code',
    [
      ['No.', 'Title', 'Kennung', 'Price'],
      ['1', 'Vase', 'K-7', '5'],
      ['2', 'Vase', 'K-9', '5'],
    ],
    ['vase:k-7 ×1', 'vase:k-9 ×1'],
    1,
  ],
  [
    'another picture',
    [
      ['Title', 'Image'],
      ['Vase', 'https://a.example/1.jpg'],
      ['Vase', 'https://a.example/2.jpg'],
    ],
    ['vase ×1', 'vase:2 ×1'],
    1,
  ],
  [
    'another price, in a list where some have SKUs',
    [
      ['SKU', 'Title', 'Price'],
      ['B1', 'Bowl', '7'],
      ['', 'Vase', '5'],
      ['', 'Vase', '6'],
    ],
    ['B1 ×1', 'title:vase ×1', 'title:vase:2 ×1'],
    1,
  ],
  [
    'the sizes of one are named before those of the next',
    [
      ['Title', 'Size', 'Brand', 'Price'],
      ['Tee', 'S', 'Acme', '5'],
      ['Tee', 'M', 'Acme', '6'],
      ['Tee', 'S', 'Umbra', '7'],
      ['Tee', 'M', 'Umbra', '8'],
    ],
    ['tee:acme ×2', 'tee:umbra ×2'],
    1,
  ],
  [
    'rows with other options are variants, whatever they cost',
    [
      ['Title', 'Size', 'Price'],
      ['Tee', 'S', '5'],
      ['Tee', 'M', '6'],
    ],
    ['tee ×2'],
    0,
  ],
  [
    'a row that repeats another is left out',
    [
      ['Title', 'Price'],
      ['Vase', '5'],
      ['Vase', '5'],
    ],
    ['vase ×1'],
    0,
  ],
])('rows with one title: %s', async (_, table, codes, warned) => {
  expect(await codesOf(table)).toEqual({ codes, warned });
});

it('items with one title in several sheets are told apart, too', async () => {
  const sheet = (price: string): Table => [
    ['Title', 'Price'],
    ['Vase', price],
  ];
  const { products } = await parseWorkbook({ Glass: sheet('5'), Clay: sheet('6') });
  expect(products.map(({ code, price }) => [code, price])).toEqual([
    ['vase', '5'],
    ['vase:2', '6'],
  ]);
});

it('a code that is made of a title is not one that a supplier typed', async () => {
  const { products } = await parseTable([
    ['SKU', 'Title', 'Price'],
    ['title:vase:2', 'Mug', '1'],
    ['', 'Vase', '5'],
    ['', 'Vase', '6'],
  ]);
  expect(products.map(({ code, title }) => [code, title])).toEqual([
    ['title:vase:2', 'Mug'],
    ['title:vase', 'Vase'],
    ['title:vase:2:2', 'Vase'],
  ]);
});

it('ten thousand items with one title take no longer than other rows', async () => {
  const rows = Array.from({ length: 9_999 }, (_, index) => ['Vase', String(index + 1)]);
  const { products } = await parseTable([['Title', 'Price'], ...rows]);
  expect(new Set(products.map(({ code }) => code)).size).toBe(9_999);
});
