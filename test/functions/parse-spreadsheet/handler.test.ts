import { readdirSync } from 'node:fs';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, it, onTestFinished, vi } from 'vitest';
import { handler } from '../../../functions/parse-spreadsheet/handler.ts';
import { storageClient } from '../../../functions/shared/aws/storage.ts';
import { parsedSpreadsheetSchema } from '../../../workflows/payloads/import-states.ts';
import { importedProductSchema, productChunkSchema } from '../../../workflows/payloads/product.ts';
import { useServices } from '../../support/services.ts';
import { temporaryDirectory, workbookOf } from './spreadsheets.ts';

const { readText, listKeys } = useServices({ buckets: ['uploads', 'work', 'reports'] });
const registered = {
  importId: 9,
  supplierId: 1,
  supplierCode: 'acme',
  feedMode: 'partial',
  columnMapping: { Artikel: 'sku' },
  currency: 'EUR',
  locale: 'de-DE',
  executionName: 'acme-list-1',
};

async function drop(key: string, body: string | Uint8Array): Promise<unknown> {
  vi.stubEnv('WORK_BUCKET', 'work');
  vi.stubEnv('REPORTS_BUCKET', 'reports');
  const { ETag = '' } = await storageClient().send(new PutObjectCommand({ Bucket: 'uploads', Key: key, Body: body }));
  const etag = ETag.replaceAll('"', '');
  const upload = {
    bucket: 'uploads',
    key,
    versionId: '1',
    objectVersionId: null,
    etag,
    size: body.length,
    uploadedAt: '2026-11-01T00:00:00Z',
    sequencer: '01',
  };
  return { upload, import: registered };
}

/** A temporary directory of the test's own, as the function's: what is in it at the end was left behind. */
async function useTemporaryDirectory(): Promise<() => string[]> {
  const directory = await temporaryDirectory();
  const usual = process.env.TMPDIR;
  vi.stubEnv('TMPDIR', directory);
  onTestFinished(() => void vi.stubEnv('TMPDIR', usual));
  return () => readdirSync(directory);
}

it('writes chunks, manifest and reports of an upload and leaves no temporary file', async () => {
  const leftBehind = await useTemporaryDirectory();
  const event = await drop(
    'acme/list.xlsx',
    await workbookOf({
      List: [
        ['Artikel', 'Title', 'Price'],
        ['A', 'Vase\u2028tall', '1.299,50'],
        ['B', 'Bowl', 'x\u2028y'],
      ],
    }),
  );
  const parsed = parsedSpreadsheetSchema.parse(await handler(event));
  expect(parsed).toMatchObject({
    format: 'template',
    rows: { read: 2, rejected: 1 },
    products: 1,
    chunks: 1,
    problems: { errors: 1, warnings: 0 },
  });
  const chunk = productChunkSchema.parse(JSON.parse(await readText('work', parsed.manifestKey)));
  const product = importedProductSchema.parse(JSON.parse(await readText('work', chunk.key)));
  expect(product).toMatchObject({ code: 'A', price: '1299.5', currency: 'EUR' });
  expect((await listKeys('reports')).sort()).toEqual([
    'acme/acme-list-1/problems.csv',
    'acme/acme-list-1/rejected.xlsx',
  ]);
  expect(await readText('reports', 'acme/acme-list-1/problems.csv')).toContain('invalid_price');
  expect(leftBehind()).toEqual([]);
});

it('gives the same result when it is invoked again', async () => {
  const event = await drop('acme/list.csv', 'SKU,Title\nA,Vase\nB,Bowl');
  expect(await handler(event)).toEqual({ ...(await handler(event)), parsedAt: expect.any(String) });
});

it.each([
  [
    'was replaced',
    'ObjectReplaced',
    /the newer file has an import of its own/,
    'acme/replaced.csv',
    () => drop('acme/replaced.csv', 'SKU,Title\nB,Newer'),
  ],
  [
    'is gone',
    'ObjectDeleted',
    /deleted before it was read: nothing was imported/,
    'acme/elsewhere.csv',
    () => Promise.resolve(),
  ],
])('refuses an object that %s since its event', async (_, name, message, key, meanwhile) => {
  const event = await drop('acme/replaced.csv', 'SKU,Title\nA,Older');
  await meanwhile();
  const moved = { ...(event as { upload: object }), upload: { ...(event as { upload: object }).upload, key } };
  await expect(handler(moved)).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
});

it('refuses a file that is too large without downloading it', async () => {
  const event = await drop('acme/huge.csv', 'SKU,Title\nA,Vase');
  const huge = { ...(event as { upload: object }), upload: { ...(event as { upload: object }).upload, size: 1e12 } };
  await expect(handler(huge)).rejects.toMatchObject({ name: 'SpreadsheetTooLarge' });
});

it('throws the refusal of a file it cannot read, leaving no temporary file', async () => {
  const leftBehind = await useTemporaryDirectory();
  await expect(handler(await drop('acme/list.xls', Buffer.from('d0cf11e0a1b11ae1', 'hex')))).rejects.toMatchObject({
    name: 'CorruptSpreadsheet',
  });
  expect(leftBehind()).toEqual([]);
});
