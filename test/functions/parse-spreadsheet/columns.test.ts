import { describe, expect, it } from 'vitest';
import { normaliseHeader } from '../../../functions/parse-spreadsheet/header-names.ts';
import { readImageHeader } from '../../../functions/parse-spreadsheet/image-header.ts';
import { splitImageList } from '../../../functions/parse-spreadsheet/image-list.ts';
import { only, parseTable, parseWorkbook } from './spreadsheets.ts';

const cdn = 'https://cdn.example.com';
const urlsOf = (product: { images: { url: string }[] }) => product.images.map(({ url }) => url.replace(`${cdn}/`, ''));

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
        ['SKU', 'Title', 'Country of Manufacture', 'Règle №1'],
        ['A', 'Vase', 'Peru', 'x'],
      ]),
    );
    expect(product.attributes).toEqual({ 'Country of Manufacture': 'Peru', 'Règle №1': 'x' });
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

  it('finds the header below titles and notes', async () => {
    const parsed = await parseTable([
      ['ACME Corp. price list 2026'],
      ['Valid from', '2026-01-01', '', 'Contact', 'sales@example.com'],
      [],
      ['SKU', 'Title', 'Price', 'Image'],
      ['A', 'Vase', '5', `${cdn}/1.jpg`],
    ]);
    expect(only(parsed)).toMatchObject({ code: 'A', price: '5' });
    expect(parsed.result.rows.read).toBe(1);
  });

  it('makes codes of titles where nothing else identifies products, and says so', async () => {
    const { products, problems } = await parseTable([
      ['Title', 'Price'],
      ['Blue Vase, tall', '5'],
      ['Bowl', '6'],
    ]);
    expect(products.map(({ code }) => code)).toEqual(['blue-vase-tall', 'bowl']);
    expect(problems.map(({ code }) => code)).toEqual(['code_from_title']);
  });

  it('takes the description for the title where there is no title', async () => {
    expect(
      only(
        await parseTable([
          ['Item No', 'Item Description', 'Price'],
          ['7', 'Blue vase', '5'],
        ]),
      ),
    ).toMatchObject({ code: '7', title: 'Blue vase', description: null });
  });
});

describe('image columns', () => {
  it.each([
    'Image',
    'Images',
    'Img',
    'Picture',
    'Photo1',
    'Main Image',
    'image_url_10',
    'Image 3',
    'Image3 URL',
    'Product Image File - 2',
    'default_image',
    'PhotoName',
    'AdditionalImages',
    'additional_image_link',
    'Image Src',
    'Alt Image 2',
    'Image Link 4',
    'Picture URL',
    'Hi-Res Photo',
    'thumbnail_image',
  ])('knows %j', (header) => {
    expect(readImageHeader(normaliseHeader(header))).not.toBeNull();
  });

  it.each([
    'Image Alt Text',
    'Image Position',
    'Image Width',
    'Imagination',
    'Description',
    'Photographer',
    'Image Count',
  ])('does not take %j for one', (header) => {
    expect(readImageHeader(normaliseHeader(header))).toBeNull();
  });

  it('orders main, numbered and additional columns, whatever their order in the file', async () => {
    const product = only(
      await parseTable([
        ['SKU', 'Title', 'Additional Images', 'Image 10', 'Image 2', 'Image 1', 'Main Image'],
        ['A', 'Vase', `${cdn}/x|${cdn}/y`, `${cdn}/10`, `${cdn}/2`, `${cdn}/1`, `${cdn}/m`],
      ]),
    );
    expect(urlsOf(product)).toEqual(['m', '1', '2', '10', 'x', 'y']);
  });

  it('gives numbered alt texts to the images of their number', async () => {
    const product = only(
      await parseTable([
        ['SKU', 'Title', 'Image 1', 'Image 2', 'Image Alt 2', 'Image 1 Alt'],
        ['A', 'Vase', `${cdn}/1`, `${cdn}/2`, 'Back', 'Front'],
      ]),
    );
    expect(product.images.map(({ alt }) => alt)).toEqual(['Front', 'Back']);
  });

  it('orders rows by their position column', async () => {
    const product = only(
      await parseTable([
        ['Handle', 'Title', 'Image Src', 'Image Position'],
        ['a', 'Vase', `${cdn}/3`, 3],
        ['a', '', `${cdn}/1`, 1],
        ['a', '', `${cdn}/2`, 2],
      ]),
    );
    expect(urlsOf(product)).toEqual(['1', '2', '3']);
  });

  it.each([
    [
      'a comma in a URL',
      'https://e.com/w_400,h_300/a.jpg, https://e.com/b.jpg',
      ['https://e.com/w_400,h_300/a.jpg', 'https://e.com/b.jpg'],
    ],
    [
      'commas',
      'https://e.com/a.jpg,https://e.com/b.jpg ,  http://e.com/c',
      ['https://e.com/a.jpg', 'https://e.com/b.jpg', 'http://e.com/c'],
    ],
    ['pipes', 'https://e.com/a.jpg|https://e.com/b.jpg', ['https://e.com/a.jpg', 'https://e.com/b.jpg']],
    ['semicolons', 'https://e.com/a.jpg;https://e.com/b.jpg;', ['https://e.com/a.jpg', 'https://e.com/b.jpg']],
    ['newlines', 'https://e.com/a.jpg\r\nhttps://e.com/b.jpg\n', ['https://e.com/a.jpg', 'https://e.com/b.jpg']],
    ['spaces', 'https://e.com/a b.jpg https://e.com/c.jpg', ['https://e.com/a b.jpg', 'https://e.com/c.jpg']],
    ['protocol-relative URLs', '//e.com/a.jpg,//e.com/b.jpg', ['//e.com/a.jpg', '//e.com/b.jpg']],
    ['quotes', '"https://e.com/a,b.jpg","https://e.com/c.jpg"', ['https://e.com/a,b.jpg', 'https://e.com/c.jpg']],
    ['a query with a URL in it', 'https://e.com/p?u=https://f.com/a.jpg', ['https://e.com/p?u=https://f.com/a.jpg']],
    ['nothing', ' , ', []],
  ])('splits a list with %s', (_, text, urls) => {
    expect(splitImageList(text)).toEqual(urls);
  });

  it('keeps the first of equal URLs and the alt text of any', async () => {
    const product = only(
      await parseTable([
        ['Handle', 'Title', 'Image', 'Image Alt'],
        ['a', 'Vase', `${cdn}/1.jpg?v=1`, ''],
        ['a', '', `${cdn}/1.jpg?v=2`, ''],
        ['a', '', `${cdn}/1.jpg?v=1`, 'Front'],
      ]),
    );
    expect(product.images.map(({ url, alt }) => [url, alt])).toEqual([
      [`${cdn}/1.jpg?v=1`, 'Front'],
      [`${cdn}/1.jpg?v=2`, null],
    ]);
  });

  it('reports images beyond the limit by name and keeps the rest', async () => {
    const urls = Array.from({ length: 23 }, (_, index) => `${cdn}/${index}.jpg`);
    const { products, problems } = await parseTable([
      ['SKU', 'Title', 'Images'],
      ['A', 'Vase', urls.join(', ')],
    ]);
    expect(products[0]?.images).toHaveLength(20);
    expect(problems).toMatchObject([
      {
        code: 'too_many_images',
        severity: 'warning',
        row: 2,
        column: 'Images',
        message: expect.stringContaining(`left out: ${urls.slice(20).join(' ')}`),
      },
    ]);
    const fifteen = await parseTable([
      ['SKU', 'Title', 'Images'],
      ['A', 'Vase', urls.slice(0, 15).join(',')],
    ]);
    expect([fifteen.products[0]?.images.length, fifteen.problems]).toEqual([15, []]);
  });

  it('leaves out what is no URL, with a warning', async () => {
    const { products, problems } = await parseTable([
      ['SKU', 'Title', 'Image 1', 'Image 2', 'Image 3'],
      ['A', 'Vase', 'vase.jpg', `${cdn}/1.jpg`, 'cdn.example.com/2.jpg'],
    ]);
    expect(products[0]?.images.map(({ url }) => url)).toEqual([`${cdn}/1.jpg`, `${cdn}/2.jpg`]);
    expect(problems).toMatchObject([{ code: 'invalid_image_url', column: 'Image 1', value: 'vase.jpg' }]);
  });
});

describe('sheets', () => {
  const header = ['SKU', 'Title', 'Price'];

  it('reads every sheet with products and joins a product over sheets', async () => {
    const { products, problems, result } = await parseWorkbook({
      Instructions: [['How to use this file'], ['Fill in SKU and Title.'], ['Thank you']],
      Summer: [header, ['A', 'Vase', 5]],
      Winter: [['Winter 2026'], header, ['B', 'Bowl', 6], ['A', 'Vase', 5]],
    });
    expect(products.map(({ code }) => code)).toEqual(['A', 'B']);
    expect(result.rows.read).toBe(3);
    expect(problems.map(({ code, sheet, row }) => [code, sheet, row])).toEqual([
      ['sheet_skipped', 'Instructions', null],
      ['duplicate_row', 'Winter', 4],
    ]);
  });

  it.each(['hidden', 'veryHidden'] as const)('does not read a %s sheet', async (state) => {
    const { products, problems } = await parseWorkbook(
      { Old: [header, ['X', 'Old', 1]], Products: [header, ['A', 'Vase', 5]] },
      (workbook) => {
        for (const sheet of workbook.worksheets) if (sheet.name === 'Old') sheet.state = state;
      },
    );
    expect(products.map(({ code }) => code)).toEqual(['A']);
    expect(problems.map(({ code, sheet }) => [code, sheet])).toEqual([['hidden_sheet_skipped', 'Old']]);
  });
});
