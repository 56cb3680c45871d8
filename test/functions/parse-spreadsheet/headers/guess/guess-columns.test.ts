import { describe, expect, it } from 'vitest';
import { parseBytes, parseTable } from '../../spreadsheets.ts';

const rows = (...columns: string[][]) => [0, 1, 2, 3].map((row) => columns.map((column) => column[row] ?? ''));
const codes = ['A-100', 'A-200', 'A-300', 'A-400'];
const titles = ['Red chair', 'Blue chair', 'Round table', 'Low bench'];
const amounts = ['12.50', '9.99', '100.00', '4.95'];
const others = ['15.00', '12.99', '120.00', '6.50'];
const barcodes = ['4006381333931', '9009518582030', '5901234123457', '0012345678905'];
const pictures = [1, 2, 3, 4].map((n) => `https://e.com/${n}.jpg`);

describe('where no header says so', () => {
  it('cells say what a column is, and a warning says so once', async () => {
    const { products, problems } = await parseTable([
      ['Aaa', 'Bbb', 'Ccc', 'Ddd', 'Eee'],
      ...rows(codes, titles, amounts, barcodes, pictures),
    ]);
    expect(products.map(({ code, title, price }) => [code, title, Number(price)])).toEqual(
      codes.map((code, row) => [code, titles[row], Number(amounts[row])]),
    );
    expect(products.map(({ variants }) => variants[0]?.barcode)).toEqual(barcodes);
    expect(products.map(({ images }) => images.map(({ url }) => url))).toEqual(pictures.map((url) => [url]));
    expect(problems.map(({ code, column }) => [code, column]).toSorted()).toEqual(
      ['Aaa', 'Bbb', 'Ccc', 'Ddd', 'Eee'].map((header) => ['column_guessed', header]),
    );
  });

  it.each([
    ['a weight', 'Gewicht', amounts],
    ['a tax', 'MwSt', amounts],
    ['a measure that ends in any digit', 'Xxx', ['1.23', '4.57', '3.31', '8.86']],
    ['a rating', 'Rating', amounts],
    ['whole numbers', 'Xxx', ['12', '13', '14', '12']],
  ])('%s is no price', async (_, header, cells) => {
    const { products } = await parseTable([['SKU', 'Title', header], ...rows(codes, titles, cells)]);
    expect(products.map(({ price }) => price)).toEqual([null, null, null, null]);
  });

  it.each([
    ['digits with a wrong check digit', ['4006381333932', '9009518582031', '5901234123458', '0012345678906']],
    ['one barcode in every row', Array(4).fill('4006381333931')],
  ])('%s are no barcodes', async (_, cells) => {
    const { products } = await parseTable([['SKU', 'Title', 'Xxx'], ...rows(codes, titles, cells)]);
    expect(products.flatMap(({ variants }) => variants.map(({ barcode }) => barcode))).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });

  it('names that repeat in some rows are titles, whatever headings stand between them', async () => {
    const { products, problems } = await parseTable([
      ['No', 'Aaa', 'Bbb', 'Price'],
      ['', '', 'TONICS', ''],
      ['1', 'Abhaya', '450ml', '59'],
      ['2', 'Abhaya', '200ml', '27'],
      ['3', 'Amrutha', '450ml', '66'],
      ['', '', 'OILS', ''],
      ['4', 'Bala', '450ml', '69'],
      ['5', 'Bala', '200ml', '31'],
    ]);
    expect(products.map(({ title }) => title)).toEqual(['Abhaya', 'Abhaya', 'Amrutha', 'Bala', 'Bala']);
    expect(problems.filter(({ code }) => code === 'column_guessed')).toMatchObject([{ column: 'Aaa' }]);
  });

  it('a few names over all rows are no titles', async () => {
    const table = [['SKU', 'Aaa', 'Price'], ...codes.map((code) => [code, 'Acme', '12.50'])];
    const { problems } = await parseTable(table);
    expect(problems.map(({ code }) => code)).not.toContain('column_guessed');
  });

  it('a column of the supplier’s mapping is what it says', async () => {
    const table = [['SKU', 'Title', 'Xxx'], ...rows(codes, titles, amounts)];
    const { products, problems } = await parseTable(table, { columnMapping: { xxx: 'attribute' } });
    expect(products.map(({ price }) => price)).toEqual([null, null, null, null]);
    expect(problems).toEqual([]);
  });
});

describe('a file is refused before anything is written', () => {
  it.each([
    ['two columns of amounts and no price', ['Xxx', 'Yyy'], /“Xxx”, “Yyy” hold amounts/],
    ['what may be a cost', ['Dealer net', 'Stars'], /“Dealer net” holds amounts/],
  ])('for %s, with the way out', async (_, [first = '', second = ''], message) => {
    const stars = first === 'Xxx' ? others : ['1', '2', '3', '4'];
    const parsed = parseTable([['SKU', 'Title', first, second], ...rows(codes, titles, amounts, stars)]);
    await expect(parsed).rejects.toMatchObject({ name: 'UnclearColumns', message: expect.stringMatching(message) });
    await expect(parsed).rejects.toMatchObject({
      message: expect.stringMatching(/columns\.xlsx.*--map "Header=field"/),
    });
  });

  it('for a price column that is empty beside one of amounts', async () => {
    const many = Array.from({ length: 12 }, (_, n) => [`A-${n}`, `Chair ${n}`, '', `${n}.99`]);
    await expect(parseTable([['SKU', 'Title', 'Price', 'Xxx'], ...many])).rejects.toMatchObject({
      name: 'UnclearColumns',
    });
  });

  it('for a header without a known word, which it names with the nearest guess', async () => {
    const parsed = parseBytes('Xxx;Yyy;Prce\na;b;1\nc;d;2\n');
    await expect(parsed).rejects.toMatchObject({
      name: 'UnclearColumns',
      message: expect.stringMatching(/^Row 1 is no header .*“Xxx”, “Yyy”, “Prce”\. Nearest: “Prce” as Price\./),
    });
    const message = await parsed.catch((error: Error) => error.message);
    expect(String(message).length).toBeLessThanOrEqual(500);
  });
});

it('a semicolon file of unknown headers is not cut at the commas of its texts', async () => {
  const { products } = await parseBytes(
    'Aaa;Bbb;Ccc\nA-1001;Red, big chair;1,50\nA-1002;Blue chair;2,99\nA-1003;Low, old bench;3,95\n',
    {
      locale: 'de-DE',
    },
  );
  expect(products.map(({ title, price }) => [title, Number(price)])).toEqual([
    ['Red, big chair', 1.5],
    ['Blue chair', 2.99],
    ['Low, old bench', 3.95],
  ]);
});
