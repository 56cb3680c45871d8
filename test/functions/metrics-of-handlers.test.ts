import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { images, suppliers } from '../../schema/index.ts';
import type { RegisteredImport, Upload } from '../../workflows/payloads/upload.ts';
import { captureLog, totals } from '../support/embedded-metrics.ts';
import { startHandlers } from '../support/handlers.ts';
import { anUpload } from '../support/imports.ts';
import { useServices } from '../support/services.ts';

const { fauxqs, readText } = useServices({ buckets: ['uploads', 'work', 'reports'] });
const environment = { WORK_BUCKET: 'work', REPORTS_BUCKET: 'reports', POWERTOOLS_SERVICE_NAME: 'Staging' };
const execution = { arn: 'arn:aws:states:us-east-1:000000000000:execution:ProductImport:acme-1', name: 'acme-1' };

async function upload(key: string, body: string): Promise<Upload> {
  const client = new S3Client({
    endpoint: `http://127.0.0.1:${fauxqs().port}`,
    forcePathStyle: true,
    region: 'us-east-1',
  });
  const { ETag = '' } = await client.send(new PutObjectCommand({ Bucket: 'uploads', Key: key, Body: body }));
  return anUpload({ key, etag: ETag.replaceAll('"', ''), size: body.length });
}

/** A row for each of 20 products with an image each, and one without a title. */
const spreadsheet = [
  'sku,title,price,image 1',
  ...Array.from({ length: 20 }, (_, row) => `A${row},Mug ${row},9.99,https://cdn.example/${row}.jpg`),
  'B,,9.99,',
].join('\n');

it('the functions of an import count its rows, products and seconds, and tell a supplier whose images fail', async () => {
  const { database, invoke } = await startHandlers(environment);
  await database.insert(suppliers).values({ code: 'acme', name: 'Acme', feedMode: 'full' });
  const file = await upload('acme/catalog.csv', spreadsheet);
  let registered: Partial<RegisteredImport> = {};
  const log = await captureLog(async () => {
    registered = await invoke('register-import', { upload: file, execution });
    const own = { upload: file, import: registered };
    const parsed = await invoke('parse-spreadsheet', own);
    const chunks = (await readText('work', String(parsed.manifestKey))).trim().split('\n');
    for (const chunk of chunks) await invoke('write-products', { ...own, chunk: JSON.parse(chunk) });
    await invoke('deactivate-missing', own);
    await database.update(images).set({ status: 'failed', errorCode: 'FORBIDDEN', errorMessage: 'No' });
    await invoke('finish-import', { ...own, parsed });
  });
  const { SecondsToPublished, ...counts } = totals(log.metrics);
  expect(counts).toEqual({
    RowsRead: 21,
    RowsRejected: 1,
    ProductsCreated: 20,
    ProductsUpdated: 0,
    ProductsUnchanged: 0,
    ProductsDeactivated: 0,
    SuppliersFailing: 1,
  });
  const seconds = (Date.now() - Date.parse(file.uploadedAt)) / 1000;
  expect(SecondsToPublished).toBeLessThanOrEqual(seconds);
  expect(SecondsToPublished).toBeGreaterThan(seconds - 600);
  for (const { dimensions } of log.metrics) expect(dimensions).toEqual({ service: 'Staging' });
  expect(log.lines).toContainEqual(
    expect.objectContaining({
      message: 'Most images of the supplier fail',
      supplier: 'acme',
      errors: { FORBIDDEN: 20 },
    }),
  );
  const messages = log.lines.filter((line) => typeof line === 'object' && line !== null && 'message' in line);
  expect(messages.length).toBeGreaterThan(4);
  for (const line of messages) expect(line).toMatchObject({ importId: registered.importId, executionName: 'acme-1' });
});

it.each([
  { error: 'PasswordProtected', counted: 'ImportsRefused' },
  { error: 'DatabaseUnavailable', counted: 'ImportsFailed' },
])('fail-import counts $error as $counted, once however often it hears of it', async ({ error, counted }) => {
  const { invoke } = await startHandlers(environment);
  const file = anUpload({ key: 'acme/locked.xlsx' });
  const log = await captureLog(async () => {
    await invoke('register-import', { upload: file, execution });
    await invoke('fail-import', { upload: file, execution, error: { Error: error, Cause: '' } });
    await invoke('fail-import', {
      'detail-type': 'Step Functions Execution Status Change',
      detail: {
        executionArn: execution.arn,
        name: execution.name,
        status: 'FAILED',
        input: JSON.stringify({ upload: file }),
        error,
        cause: '',
      },
    });
  });
  expect(totals(log.metrics)).toEqual({ [counted]: 1, [`${counted}/${error}`]: 1 });
  expect(log.lines).toContainEqual(expect.objectContaining({ message: 'Import failed', executionArn: execution.arn }));
});

it('a breach of conservation is counted and logged with its import', async () => {
  const { database, invoke } = await startHandlers(environment);
  const file = await upload('acme/catalog.csv', spreadsheet);
  const log = await captureLog(async () => {
    const own = { upload: file, import: await invoke('register-import', { upload: file, execution }) };
    const parsed = await invoke('parse-spreadsheet', own);
    const chunks = (await readText('work', String(parsed.manifestKey))).trim().split('\n');
    for (const chunk of chunks) await invoke('write-products', { ...own, chunk: JSON.parse(chunk) });
    // The schema rules it out, so the schema has to go.
    await database.execute('alter table product_images drop constraint product_images_image_id_images_id_fk');
    await database.delete(images);
    await invoke('finish-import', { ...own, parsed });
  });
  expect(totals(log.metrics).ConservationBreach).toBe(20);
  expect(log.lines).toContainEqual(
    expect.objectContaining({ message: 'Images are in no known state', level: 'ERROR', executionName: 'acme-1' }),
  );
});
