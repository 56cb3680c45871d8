import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { eq } from 'drizzle-orm';
import ExcelJS from 'exceljs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { conversionSettingsSchema } from '../../functions/convert-image/conversion-settings.ts';
import { type Catalog, generateCatalog } from '../../local/demo/sample/catalog.ts';
import { verifyCounts, verifyStoredImages } from '../../local/demo/verify-demo.ts';
import { dropSpreadsheet, followImport } from '../../operate/executions/follow-import.ts';
import { countImages } from '../../operate/executions/image-counts.ts';
import { sweepToTheEnd } from '../../operate/executions/run-sweep.ts';
import { imports, productCatalog } from '../../schema/index.ts';
import type { ImportSummary } from '../../workflows/payloads/summary.ts';
import { startTestStack, type TestStack } from '../support/stack.ts';

const seed = 7;
// Patient with a busy machine: the one image that drips waits for `total`, three times.
const timeouts = { connect: 10, headers: 10, idle: 10, total: 10, conversion: 60 };
let local: TestStack;
beforeAll(async () => {
  const settings = conversionSettingsSchema.parse({ timeouts, effort: 0 });
  local = await startTestStack({ seed, images: 180, environment: { CONVERSION_SETTINGS: JSON.stringify(settings) } });
});
afterAll(() => local?.close());

async function importFile(name: string, bytes: Uint8Array | string, supplier = 'northwind') {
  const file = join(local.directory, name);
  await writeFile(file, bytes);
  return followImport(local.target, await dropSpreadsheet(local.target, file, supplier), () => {});
}

async function importCatalog(catalog: Catalog): Promise<ImportSummary> {
  const { summary, error } = await importFile('catalog.xlsx', catalog.xlsx);
  if (summary === null) throw new Error(`${error?.name}: ${error?.message}`);
  return summary;
}

it('imports a catalog whose CDN misbehaves, sweeps what can be recovered, and does nothing twice', async () => {
  const { cdn, target, database } = local;
  const catalog = await generateCatalog({ seed, baseUrl: cdn.url, products: 30, images: 180 });
  const first = await importCatalog(catalog);
  const afterImport = await countImages(database);
  await sweepToTheEnd(target, { dueWithinSeconds: 3 * 3600 });
  const afterSweep = await countImages(database);
  const { expected } = catalog;
  const checks = [
    ...verifyCounts({ expected, first, afterImport, afterSweep }),
    ...(await verifyStoredImages({ expected: expected.images, database, s3: target.s3, bucket: target.imagesBucket })),
  ];
  expect(checks.length).toBeGreaterThan(300);
  expect(checks.filter((check) => check.actual !== check.expected)).toEqual([]);

  const products = await database.select().from(productCatalog);
  expect(products).toHaveLength(expected.products);
  const [one] = products.filter(({ code }) => code === 'NW-00001');
  expect(one).toMatchObject({ supplier: 'northwind', currency: 'USD', status: 'active' });
  expect(one?.images.length).toBeGreaterThan(0);
  expect(one?.images.map(({ position }) => position)).toEqual(
    one?.images.map(({ position }) => position).toSorted((a, b) => a - b),
  );
  const image = await fetch(one?.images[0]?.url ?? '');
  expect(image.headers.get('content-type')).toBe('image/webp');
  await image.body?.cancel();

  const requests = cdn.requests.total;
  const again = await importCatalog(catalog);
  expect(again.products).toMatchObject({ created: 0, updated: 0, deactivated: 0, unchanged: expected.products });
  expect(cdn.requests.total).toBe(requests);
}, 300_000);

it.each([
  ['notes.pdf', '%PDF-1.7', 'UnsupportedFileType'],
  ['corrupt.xlsx', 'PK\x03\x04 and then nothing', 'CorruptSpreadsheet'],
  ['empty.csv', '', 'EmptySpreadsheet'],
  ['no-header.csv', '1,2,3\n4,5,6\n', 'NoUsableHeader'],
])('refuses %s with a failed row, a failed execution and one sentence', async (name, bytes, errorName) => {
  const { database } = local;
  const { status, error, executionArn } = await importFile(name, bytes);
  expect({ status, name: error?.name }).toEqual({ status: 'FAILED', name: errorName });
  const [row] = await database.select().from(imports).where(eq(imports.executionArn, executionArn));
  expect(row).toMatchObject({ status: 'failed', error: errorName });
  expect(row?.errorMessage).toBe(error?.message);
  expect(error?.message).toMatch(/^[^\n]{20,300}$/);
  expect(error?.message).not.toMatch(/\bat .*:\d+:\d+|node_modules/);
});

it('refuses a key that names no supplier', async () => {
  const { target, database } = local;
  await target.s3.send(
    new PutObjectCommand({ Bucket: target.uploadsBucket, Key: 'lost.csv', Body: 'code,title\nA,B\n' }),
  );
  await expect
    .poll(() => database.select().from(imports).where(eq(imports.objectKey, 'lost.csv')), { timeout: 30_000 })
    .toMatchObject([{ status: 'failed', error: 'UnsupportedObjectKey', supplierId: null }]);
});

it('fails no import for a bad row, and says which one', async () => {
  const { summary } = await importFile('rows.csv', 'code,title,price\nA,Good,1.50\nB,,2.00\nC,Bad,cheap\n', 'acme');
  expect(summary).toMatchObject({
    status: 'completed_with_problems',
    rows: { read: 3, rejected: 2 },
    products: { created: 1 },
    reports: { problems: expect.stringContaining('problems.csv'), rejected: expect.stringContaining('rejected.xlsx') },
  });
  expect(summary?.problems.top.map(({ example }) => example).join()).toContain('Row 3');
});

it('gives rejected rows back as a workbook that imports once it is corrected', async () => {
  const { target, database } = local;
  const { summary } = await importFile(
    'to-fix.csv',
    'code,title,price\nR1,Good,1.50\nR2,,2.00\nR3,Dear,cheap\n',
    'fixer',
  );
  const { Body } = await target.s3.send(
    new GetObjectCommand({ Bucket: target.reportsBucket, Key: summary?.reports.rejected ?? 'none' }),
  );
  const workbook = new ExcelJS.Workbook();
  const bytes = await Body?.transformToByteArray();
  await workbook.xlsx.load(bytes?.slice().buffer ?? new ArrayBuffer(0));
  const [sheet] = workbook.worksheets;
  expect(sheet?.rowCount).toBe(3);
  const header = sheet?.getRow(1).values;
  const column = (name: string) => (Array.isArray(header) ? header.indexOf(name) : -1);
  for (const row of sheet?.getRows(2, 2) ?? []) {
    if (row.getCell(column('code')).value === 'R2') row.getCell(column('title')).value = 'Now with a title';
    else row.getCell(column('price')).value = 3.25;
  }
  const corrected = await importFile(
    'to-fix-rejected.xlsx',
    new Uint8Array(await workbook.xlsx.writeBuffer()),
    'fixer',
  );
  expect(corrected.summary).toMatchObject({
    status: 'completed',
    rows: { read: 2, rejected: 0 },
    products: { created: 2, updated: 0, unchanged: 0 },
  });
  const catalog = await database.select().from(productCatalog).where(eq(productCatalog.supplier, 'fixer'));
  expect(catalog.map(({ code, title, price }) => [code, title, Number(price)]).toSorted()).toEqual([
    ['R1', 'Good', 1.5],
    ['R2', 'Now with a title', 2],
    ['R3', 'Dear', 3.25],
  ]);
});

it('lists one execution per drop', async () => {
  const { target } = local;
  const { executions = [] } = await target.stepFunctions.send(
    new ListExecutionsCommand({ stateMachineArn: target.productImportArn, maxResults: 100 }),
  );
  const rows = await local.database.$count(imports);
  expect(executions).toHaveLength(rows);
});
