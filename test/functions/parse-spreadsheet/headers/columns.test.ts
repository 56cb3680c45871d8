import { describe, expect, it } from 'vitest';
import { normaliseHeader } from '../../../../functions/shared/headers/header-names.ts';
import { only, parseTable } from '../spreadsheets.ts';

const cdn = 'https://cdn.example.com';

describe('headers', () => {
  it.each([
    ['Body (HTML)', 'bodyhtml'],
    ['  image_URL-3 ', 'imageurl3'],
    ['Größe', 'größe'],
    ['ＳＫＵ', 'sku'],
  ])('normalises %j', (header, normalised) => {
    expect(normaliseHeader(header)).toBe(normalised);
  });

  it.each([
    'SKU',
    'sku',
    ' S K U ',
    'Sku*',
    'SKU:',
    'SKU (required)',
    'item_no',
    'Item #',
    'SKU # (yours)',
    'PART NUMBER',
    'Vendor-SKU',
  ])('takes %j for a SKU', async (header) => {
    expect(
      only(
        await parseTable([
          [header, 'Title'],
          ['A1', 'Vase'],
        ]),
      ).variants[0]?.sku,
    ).toBe('A1');
  });

  it('keeps unknown columns as attributes under their own header', async () => {
    const product = only(
      await parseTable([
        ['SKU', 'Title', 'Country of Assembly', 'Règle №1'],
        ['A', 'Vase', 'Peru', 'x'],
      ]),
    );
    expect(product.attributes).toEqual({ 'Country of Assembly': 'Peru', 'Règle №1': 'x' });
  });

  it('cuts a header that is a text, which every product would repeat', async () => {
    const product = only(
      await parseTable([
        ['SKU', 'Title', 'x'.repeat(5000)],
        ['A', 'Vase', 'Peru'],
      ]),
    );
    expect(product.attributes).toEqual({ [`${'x'.repeat(254)}…`]: 'Peru' });
  });

  it('suggests a known header within two edits and does not take it', async () => {
    const { products, problems } = await parseTable([
      ['SKU', 'Title', 'Pirce', 'Imagee 1', 'Fabric'],
      ['A', 'Vase', '5', `${cdn}/1.jpg`, 'Wool'],
    ]);
    expect(products[0]).toMatchObject({
      price: null,
      images: [],
      attributes: { Pirce: '5', 'Imagee 1': `${cdn}/1.jpg`, Fabric: 'Wool' },
    });
    expect(problems).toMatchObject([
      {
        code: 'similar_header',
        severity: 'warning',
        row: 1,
        column: 'Pirce',
        message: expect.stringContaining('Did you mean “Price”?'),
      },
      { code: 'similar_header', column: 'Imagee 1', message: expect.stringContaining('“Image”') },
    ]);
  });

  it('suggests nothing for a field that another column holds', async () => {
    const { problems } = await parseTable([
      ['SKU', 'Title', 'Price', 'Prices'],
      ['A', 'Vase', '5', '6'],
    ]);
    expect(problems).toEqual([]);
  });

  it('keeps both columns of a repeated header', async () => {
    const { products, problems } = await parseTable([
      ['SKU', 'Title', 'Price', 'Note', 'Note', 'Price'],
      ['A', 'Vase', '5', 'one', 'two', '6'],
    ]);
    expect(products[0]).toMatchObject({ price: '5', attributes: { Note: 'one', 'Note (2)': 'two', 'Price (2)': '6' } });
    expect(problems.map(({ code, column, value }) => [code, column, value])).toEqual([
      ['duplicate_header', 'Note', 'E'],
      ['duplicate_header', 'Price', 'F'],
    ]);
  });

  it('reads every column of images of one name', async () => {
    const { products, problems } = await parseTable([
      ['SKU', 'Title', 'Image', 'Image', 'g:additional_image_link', 'g:additional_image_link'],
      ['A', 'Vase', `${cdn}/1.jpg`, `${cdn}/2.jpg`, `${cdn}/3.jpg`, `${cdn}/4.jpg`],
    ]);
    expect(problems).toEqual([]);
    expect(products[0]?.images.map(({ url }) => url)).toEqual([1, 2, 3, 4].map((number) => `${cdn}/${number}.jpg`));
  });

  it('keeps values of a column without a header under its letter', async () => {
    const { products, problems } = await parseTable([
      ['SKU', 'Title', ''],
      ['A', 'Vase', 'fragile', 'more'],
      ['B', 'Bowl', 'glass', ''],
    ]);
    expect(products.map(({ attributes }) => attributes)).toEqual([{ C: 'fragile', D: 'more' }, { C: 'glass' }]);
    expect(problems.map(({ code, column, row }) => [code, column, row])).toEqual([
      ['values_without_header', 'C', 2],
      ['values_without_header', 'D', 2],
    ]);
  });

  it('lets the supplier’s column mapping override what was detected', async () => {
    const table = [
      ['Artikel', 'Bezeichnung', 'Price', 'UVP', 'Foto'],
      ['A-1', 'Vase', '4', '9', `${cdn}/1.jpg`],
    ];
    const columnMapping = { Artikel: 'sku', bezeichnung: 'Title', Price: 'cost', UVP: 'MSRP', Foto: 'image 1' };
    const { products, problems, result } = await parseTable(table, { columnMapping });
    expect(problems).toEqual([]);
    expect(result.format).toBe('template');
    expect(products[0]).toMatchObject({
      code: 'A-1',
      title: 'Vase',
      price: null,
      cost: '4',
      msrp: '9',
      images: [{ url: `${cdn}/1.jpg` }],
    });
  });

  it('reads columns that only their mapping names, whatever they are called', async () => {
    const table = [
      ['1', '2', 'https://shop.example/prices'],
      ['A-1', 'Vase', '4'],
    ];
    const columnMapping = { 1: 'SKU', 2: 'Title', 'https://shop.example/prices': 'Price' };
    expect(only(await parseTable(table, { columnMapping }))).toMatchObject({ code: 'A-1', title: 'Vase', price: '4' });
  });

  it('reports a mapping to a column that does not exist', async () => {
    const { problems } = await parseTable(
      [
        ['SKU', 'Title', 'X'],
        ['A', 'Vase', '1'],
      ],
      { columnMapping: { X: 'nonsense' } },
    );
    expect(problems).toMatchObject([{ code: 'unknown_mapping', column: 'X', value: 'nonsense' }]);
  });
});
