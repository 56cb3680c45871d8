import { describe, expect, it } from 'vitest';
import { parseTable, parseWorkbook, type Table } from '../spreadsheets.ts';

describe('headers of two rows', () => {
  it('are names below groups: a name that says nothing alone has its group in front', async () => {
    const { products, problems } = await parseWorkbook({
      Prices: [
        ['ACME price list 2026'],
        [],
        ['Article', null, 'Price', null, 'Image', null, 'Stock'],
        ['SKU', 'Name', 'excl. VAT', 'incl. VAT', '1', '2', null],
        ['A', 'Vase', 5, 9, 'https://a.example/1.jpg', 'https://a.example/2.jpg', 3],
      ],
    });
    expect(problems).toEqual([]);
    expect(products).toMatchObject([
      {
        code: 'A',
        title: 'Vase',
        price: '5',
        images: [{ url: 'https://a.example/1.jpg' }, { url: 'https://a.example/2.jpg' }],
        variants: [{ quantity: 3 }],
      },
    ]);
  });

  it('may have their names in the upper row where no group is over them', async () => {
    const { products } = await parseTable([
      ['SKU', 'Title', 'Dimensions', '', ''],
      ['', '', 'Length (cm)', 'Width (cm)', 'Height (cm)'],
      ['A', 'Vase', '10', '20', '30'],
    ]);
    expect(products).toMatchObject([{ code: 'A', lengthMm: '100', widthMm: '200', heightMm: '300' }]);
  });

  it('keep apart columns of one name in two groups', async () => {
    const { products } = await parseTable([
      ['', '', 'Warehouse Nord', '', 'Warehouse Süd', ''],
      ['SKU', 'Title', 'Shelf', 'Note', 'Shelf', 'Note'],
      ['A', 'Vase', '1', 'x', '2', 'y'],
    ]);
    expect(products[0]?.attributes).toEqual({ Shelf: '1', Note: 'x', 'Shelf (2)': '2', 'Note (2)': 'y' });
  });
});

it.each<[string, Table]>([
  [
    'a header and a row of texts',
    [
      ['SKU', 'Title', 'Price'],
      ['A', 'Vase', 'TBD'],
    ],
  ],
  [
    'a header and a row of words that are headers elsewhere',
    [
      ['SKU', 'Title', 'Material'],
      ['A', 'Colour', 'Size'],
    ],
  ],
  [
    'a title above the header',
    [
      ['Price list', 'Spring'],
      ['SKU', 'Title', 'Price'],
      ['A', 'Vase', '5'],
    ],
  ],
])('%s are no header of two rows', async (_, table) => {
  expect((await parseTable(table)).products).toMatchObject([{ code: 'A' }]);
});
