import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type BookType, utils, write } from '@e965/xlsx';
import { eq } from 'drizzle-orm';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dropSpreadsheet, followImport } from '../../operate/executions/follow-import.ts';
import { productCatalog } from '../../schema/index.ts';
import { startTestStack, type TestStack } from '../support/stack.ts';

let local: TestStack;
beforeAll(async () => {
  local = await startTestStack({ seed: 4, images: 1 });
});
afterAll(() => local?.close());

const products = [
  { SKU: 'A-1', Title: 'Vase', Price: 12.5 },
  { SKU: 'A-2', Title: 'Bowl', Price: 9.95 },
];
const csv = 'SKU,Title,Price\nA-1,Vase,12.5\nA-2,Bowl,9.95\n';
const lines = products.map((product) => JSON.stringify(product)).join('\n');
const shopify = products.map(({ SKU, Title, Price }) => ({
  handle: SKU.toLowerCase(),
  title: Title,
  body_html: '',
  options: [{ name: 'Title' }],
  variants: [{ sku: SKU, option1: 'Default Title', price: String(Price) }],
}));

function workbook(bookType: BookType): Uint8Array {
  const bytes = write(utils.book_new(utils.json_to_sheet(products), 'List'), { type: 'buffer', bookType });
  return new Uint8Array(bytes);
}

/** A file by its extension, and a supplier of its own. */
const files: [extension: string, supplier: string, bytes: Uint8Array | string][] = [
  ['xls', 'excel97', workbook('biff8')],
  ['xlsb', 'binary', workbook('xlsb')],
  ['ods', 'office', workbook('ods')],
  ['zip', 'zipped', zipSync({ 'list.csv': strToU8(csv) })],
  ['zip', 'zipped-xls', zipSync({ 'list.xls': workbook('biff8') })],
  ['csv.gz', 'gzipped', gzipSync(csv)],
  ['json', 'array', JSON.stringify(products)],
  ['json', 'shopify', JSON.stringify({ products: shopify })],
  ['jsonl', 'by-line', lines],
  ['jsonl.gz', 'by-line-gzipped', gzipSync(lines)],
];

it.each(files)(
  'imports a .%s',
  async (extension, supplier, bytes) => {
    const file = join(local.directory, `list.${extension}`);
    await writeFile(file, bytes);
    const followed = await followImport(local.target, await dropSpreadsheet(local.target, file, supplier), () => {});
    expect(followed).toMatchObject({ error: null, status: 'SUCCEEDED', summary: { products: { created: 2 } } });
    const rows = await local.database.select().from(productCatalog).where(eq(productCatalog.supplier, supplier));
    expect(rows.map(({ title, price }) => [title, Number(price)]).toSorted()).toEqual([
      ['Bowl', 9.95],
      ['Vase', 12.5],
    ]);
  },
  60_000,
);

it('refuses what its extension only says', async () => {
  const file = join(local.directory, 'list.ods');
  await writeFile(file, zipSync({ mimetype: strToU8('x'), 'content.xml': strToU8('<x/>') }));
  const followed = await followImport(local.target, await dropSpreadsheet(local.target, file, 'hostile'), () => {});
  expect(followed).toMatchObject({ status: 'FAILED', error: { name: 'CorruptSpreadsheet' } });
}, 60_000);
