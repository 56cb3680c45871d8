import { describe, expect, it } from 'vitest';
import { readImageHeader } from '../../../../functions/parse-spreadsheet/headers/image-header.ts';
import { splitImageList } from '../../../../functions/parse-spreadsheet/values/image-urls.ts';
import { normaliseHeader } from '../../../../functions/shared/headers/header-names.ts';
import { only, parseTable } from '../spreadsheets.ts';

const cdn = 'https://cdn.example.com';
const urlsOf = (product: { images: { url: string }[] }) => product.images.map(({ url }) => url.replace(`${cdn}/`, ''));

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
    'URL Image 2',
    'Hauptbild',
    'Imágenes',
    'Foto 3',
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

  it('gives an alt text without a number to the first image only', async () => {
    const product = only(
      await parseTable([
        ['SKU', 'Title', 'Images', 'Image Alt Text'],
        ['A', 'Vase', `${cdn}/1,${cdn}/2`, 'Front'],
      ]),
    );
    expect(product.images.map(({ alt }) => alt)).toEqual(['Front', null]);
  });

  it('keeps the name of a file beside its URL as an attribute', async () => {
    const { products, problems } = await parseTable([
      ['SKU', 'Title', 'Image Name 1', 'Image URL 1', 'Image Name 2', 'Photo Name', 'Photo URL'],
      ['A', 'Vase', 'a/1.jpg', `${cdn}/1`, '2.jpg', 'p.jpg', `${cdn}/p`],
    ]);
    expect(products[0]).toMatchObject({
      images: [{ url: `${cdn}/p` }, { url: `${cdn}/1` }],
      attributes: { 'Image Name 1': 'a/1.jpg', 'Photo Name': 'p.jpg' },
    });
    expect(problems.map(({ code, column }) => [code, column])).toEqual([['images_without_address', 'Image Name 2']]);
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
    ['bare hosts', 'www.e.com/a.jpg,www.e.com/b.jpg', ['www.e.com/a.jpg', 'www.e.com/b.jpg']],
    ['JSON', '["https://e.com/a.jpg", "https://e.com/b.jpg"]', ['https://e.com/a.jpg', 'https://e.com/b.jpg']],
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
    expect(problems).toMatchObject([{ code: 'images_without_address', column: 'Image 1', value: 'vase.jpg' }]);
  });
});
