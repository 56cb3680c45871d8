import { expect, it } from 'vitest';
import { parseTable } from '../spreadsheets.ts';

const table = (...cells: string[]) => [
  ['SKU', 'Title', 'Images'],
  ...cells.map((cell, n) => [`A${n}`, `Vase ${n}`, cell]),
];
const urlsOf = async (parsed: ReturnType<typeof parseTable>) =>
  (await parsed).products.flatMap(({ images }) => images.map(({ url }) => url));

it.each([
  ['/m/h/mh01.jpg', ['https://shop.example/media/m/h/mh01.jpg']],
  ['mh 01.png', ['https://shop.example/media/mh%2001.png']],
  ['a.jpg, b.jpg', ['https://shop.example/media/a.jpg', 'https://shop.example/media/b.jpg']],
  ['50% off?.jpg', ['https://shop.example/media/50%25%20off%3F.jpg']],
  ['https://other.example/x.jpg', ['https://other.example/x.jpg']],
  ['//evil.example/x.jpg', ['https://evil.example/x.jpg']],
])('%s lies where the supplier’s image_base_url says', async (cell, urls) => {
  expect(await urlsOf(parseTable(table(cell), { imageBaseUrl: 'https://shop.example/media/' }))).toEqual(urls);
});

it('images of Wix lie on its host, whatever is set', async () => {
  const name = `2f9a3b_${'0123456789abcdef'.repeat(2)}~mv2.jpg`;
  expect(await urlsOf(parseTable(table(name)))).toEqual([`https://static.wixstatic.com/media/${name}`]);
});

it('without an address there is one problem for the file, which counts them', async () => {
  const { problems, products } = await parseTable(table('/a.jpg', '/b.jpg', '/c.jpg,/d.jpg'));
  expect(products).toHaveLength(3);
  expect(problems).toMatchObject([
    {
      code: 'images_without_address',
      severity: 'warning',
      message: expect.stringMatching(/image_base_url.*4 images are left out\.$/),
    },
  ]);
});
