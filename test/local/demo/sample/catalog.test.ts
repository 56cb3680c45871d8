import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import { expect, it } from 'vitest';
import { parseSpreadsheet } from '../../../../functions/parse-spreadsheet/parse-spreadsheet.ts';
import { type Catalog, generateCatalog } from '../../../../local/demo/sample/catalog.ts';
import type { ImportedProduct } from '../../../../workflows/payloads/product.ts';

const baseUrl = 'http://127.0.0.1:9000';

async function cellsOf({ xlsx }: Catalog): Promise<string[][]> {
  const workbook = new ExcelJS.Workbook();
  // exceljs declares a Buffer of its own, older than Node's.
  await workbook.xlsx.load(Buffer.from(xlsx) as unknown as ExcelJS.Buffer);
  const rows: string[][] = [];
  workbook.worksheets[0]?.eachRow((row) => {
    rows.push(Array.from({ length: row.cellCount }, (_, column) => row.getCell(column + 1).text));
  });
  return rows;
}

async function productsOf({ xlsx }: Catalog) {
  const directory = await mkdtemp(join(tmpdir(), 'sample-catalog-test-'));
  const products: ImportedProduct[] = [];
  const problems: string[] = [];
  try {
    const path = join(directory, 'catalog.xlsx');
    await writeFile(path, xlsx);
    const result = await parseSpreadsheet(
      path,
      { columnMapping: {}, currency: 'USD', locale: 'en-US' },
      {
        product: (product) => void products.push(product),
        problem: ({ code }) => void problems.push(code),
        rejectedRow: () => {},
      },
    );
    return { result, products, problems };
  } finally {
    await rm(directory, { recursive: true });
  }
}

it('has the same cells for the same seed and others for another', async () => {
  const first = await cellsOf(await generateCatalog({ seed: 7, baseUrl }));
  expect(await cellsOf(await generateCatalog({ seed: 7, baseUrl }))).toEqual(first);
  expect(await cellsOf(await generateCatalog({ seed: 8, baseUrl }))).not.toEqual(first);
});

it('is written in the headers of the template, with columns that the template does not know', async () => {
  const [header = []] = await cellsOf(await generateCatalog({ seed: 7, baseUrl }));
  expect(header.slice(0, 7)).toEqual(['Code', 'Title', 'Description', 'Brand', 'Category', 'Tags', 'Price']);
  expect(header).toContain('Warranty');
  expect(header.slice(-10)).toEqual(Array.from({ length: 10 }, (_, index) => `Image ${index + 1}`));
});

it.each([1, 2, 42])('refers to about 400 images under 330 URLs in 60 products (seed %i)', async (seed) => {
  const { expected } = await generateCatalog({ seed, baseUrl });
  expect(expected.products).toBe(60);
  expect(expected.imageReferences).toBeGreaterThan(370);
  expect(expected.imageReferences).toBeLessThan(430);
  expect(new Set(expected.images.map(({ url }) => url)).size).toBe(330);
  expect(expected.images.filter(({ outcome }) => outcome.status === 'failed')).toHaveLength(6);
  expect(
    expected.images.filter(({ outcome }) => outcome.status === 'converted' && outcome.by === 'sweep'),
  ).toHaveLength(1);
});

it('is read by the import as it says', async () => {
  const catalog = await generateCatalog({ seed: 7, baseUrl });
  const { result, products, problems } = await productsOf(catalog);
  const { expected } = catalog;
  const urls = products.flatMap(({ images = [] }) => images.map(({ url }) => url));
  expect(result).toMatchObject({ rows: expected.rows, products: expected.products, format: 'template' });
  expect(urls).toHaveLength(expected.imageReferences);
  expect(new Set(urls)).toEqual(new Set(expected.images.map(({ url }) => url)));
  expect(problems).toEqual(['missing_title', 'invalid_price', 'missing_code']);
  expect(products[0]?.attributes).toHaveProperty('Warranty');
});

it('has neither bad rows nor misbehaving images without faults', async () => {
  const { expected } = await generateCatalog({ seed: 7, baseUrl, faults: false });
  expect(expected.rows).toEqual({ read: 60, rejected: 0 });
  expect(expected.images.every(({ outcome }) => outcome.status === 'converted' && outcome.by === 'import')).toBe(true);
});

it('grows to the products and images asked for', async () => {
  const imagesPerProduct = { from: 10, to: 10 };
  const options = { products: 500, images: 4_000, imagesPerProduct, faults: false };
  const { expected, xlsx } = await generateCatalog({ seed: 7, baseUrl, ...options });
  expect(expected.images).toHaveLength(4_000);
  expect(expected.imageReferences).toBeGreaterThan(4_950);
  expect(await cellsOf({ expected, xlsx })).toHaveLength(501);
});
