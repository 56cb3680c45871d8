import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq, sql } from 'drizzle-orm';
import ExcelJS from 'exceljs';
import { expect, it, onTestFinished } from 'vitest';
import { parseSpreadsheet } from '../../functions/parse-spreadsheet/parse-spreadsheet.ts';
import type { Database } from '../../functions/shared/database/database.ts';
import { writeProducts } from '../../functions/write-products/write-products.ts';
import { dryRunTable } from '../../operate/command-line/summary-table.ts';
import { dryRun } from '../../operate/dry-run.ts';
import { suppliers } from '../../schema/index.ts';
import type { ImportedProduct, ImportedSheet } from '../../workflows/payloads/product.ts';
import { createTestDatabase } from '../support/database.ts';
import { startImport } from '../support/imports.ts';

const header = 'code,title,price,image 1\n';

async function fileOf(content: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'supplier-import-dry-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const file = join(directory, 'catalog.csv');
  await writeFile(file, content);
  return file;
}

/** Imports the file's products as the state machine would. */
async function importFile(database: Database, file: string): Promise<void> {
  const started = await startImport(database, { key: 'acme/catalog.csv' });
  const listed: ImportedProduct[] = [];
  const sheets: ImportedSheet[] = [];
  await parseSpreadsheet(file, started.import, {
    product: (product) => void listed.push(product),
    sheet: (sheet) => void sheets.push(sheet),
    problem: () => {},
    rejectedRow: () => {},
  });
  const readChunk = async function* () {
    yield* listed;
  };
  await writeProducts(
    { database, readChunk, readSheets: async () => sheets, writeChanges: async () => {} },
    { ...started, chunk: { chunk: 0, key: 'chunk', products: listed.length } },
  );
}

/** Rows and row versions of every table. */
async function everyRow(database: Database): Promise<unknown> {
  const tables = ['suppliers', 'imports', 'import_chunks', 'products', 'product_variants', 'images', 'product_images'];
  const queries = tables.map(
    (table) => `select '${table}' as t, count(*)::int, max(xmin::text::bigint)::int from ${table}`,
  );
  return database.execute(sql.raw(queries.join(' union all ')));
}

it('says what an import would create, update, leave and reject, and writes nothing', async () => {
  const { database } = await createTestDatabase();
  await importFile(
    database,
    await fileOf(`${header}A,Armchair,10,https://cdn.example/a.jpg\nB,Bed,20,\nC,Chair,30,\n`),
  );
  const before = await everyRow(database);
  const changed = await fileOf(`${header}A,Armchair,10,https://cdn.example/a.jpg\nB,Bed,21,\nD,Desk,5,\nE,,5,\n`);
  const reports = join(changed, '../reports');
  expect(await dryRun(database, changed, 'acme', { reports })).toMatchObject({
    supplier: 'acme',
    rows: { read: 4, rejected: 1 },
    products: { created: 1, updated: 1, unchanged: 1, deactivated: 0 },
    problems: { errors: 1, top: [{ code: 'missing_title', count: 1 }] },
  });
  expect(await everyRow(database)).toEqual(before);
  expect(await readFile(join(reports, 'problems.csv'), 'utf8')).toContain('missing_title');
  expect((await readFile(join(reports, 'rejected.xlsx'))).subarray(0, 2).toString()).toBe('PK');
});

it('knows a supplier that has never sent anything', async () => {
  const { database } = await createTestDatabase();
  const result = await dryRun(database, await fileOf(`${header}A,Armchair,10,\n`), 'newcomer');
  expect(result).toMatchObject({ supplier: 'newcomer', products: { created: 1, updated: 0 }, reports: [] });
  expect(await database.$count(suppliers)).toBe(0);
});

it('counts what a full feed would deactivate, and refuses as the import would', async () => {
  const { database } = await createTestDatabase();
  await importFile(database, await fileOf(`${header}A,Armchair,10,\nB,Bed,20,\nC,Chair,30,\n`));
  await database.update(suppliers).set({ feedMode: 'full' }).where(eq(suppliers.code, 'acme'));
  const two = await fileOf(`${header}A,Armchair,10,\nB,Bed,20,\n`);
  expect(await dryRun(database, two, 'acme')).toMatchObject({ products: { unchanged: 2, deactivated: 1 } });
  const rejected = await fileOf(`${header}A,Armchair,10,\nB,Bed,ask,\nC,,,\n`);
  expect(await dryRun(database, rejected, 'acme')).toMatchObject({ products: { unchanged: 1, deactivated: 0 } });
  const one = await fileOf(`${header}A,Armchair,10,\n`);
  await expect(dryRun(database, one, 'acme')).rejects.toMatchObject({ name: 'FeedWouldDeactivateTooMuch' });
});

it.each([
  ['nothing.csv', 'Cannot read nothing.csv: no such file'],
  ['README.md', 'README.md'],
])('refuses %s in one line', async (file, message) => {
  const { database } = await createTestDatabase();
  await expect(dryRun(database, file, 'acme')).rejects.toThrow(message);
});

it('says what each column is read as, and why', async () => {
  const { database } = await createTestDatabase();
  const file = await fileOf('Ref;Nome;Prezzo;Note\u001b[31m\nA-1;Sedia;12,50;rosso\nA-2;Tavolo;99,00;blu\n');
  const tried = await dryRun(database, file, 'acme', { mapping: { Nome: 'title' } });
  expect(tried.columns.map(({ column, readAs, why }) => [column, readAs, why])).toMatchObject([
    ['A', expect.any(String), expect.any(String)],
    ['B', 'Title', 'the supplier’s column mapping'],
    ['C', 'Price', 'its header'],
    ['D', 'an attribute', expect.stringMatching(/^unknown/)],
  ]);
  expect(dryRunTable(tried)).toMatch(/│ C +│ Prezzo +│ Price +│ its header +│/);
  expect(dryRunTable(tried)).not.toContain('\u001b');
});

it('names the sheets of columns where there are several', async () => {
  const { database } = await createTestDatabase();
  const workbook = new ExcelJS.Workbook();
  workbook.addWorksheet('Products').addRows([
    ['SKU', 'Title'],
    ['A', 'Vase'],
  ]);
  workbook.addWorksheet('Prices').addRows([
    ['SKU', 'Price'],
    ['A', 4],
  ]);
  const file = await fileOf('');
  const xlsx = file.replace(/csv$/, 'xlsx');
  await workbook.xlsx.writeFile(xlsx);
  const tried = await dryRun(database, xlsx, 'acme');
  expect(tried.columns.map(({ place }) => place)).toEqual(['Products!A', 'Products!B', 'Prices!A', 'Prices!B']);
  expect(dryRunTable(tried)).toMatch(/│ Prices!B +│ Price +│/);
});
