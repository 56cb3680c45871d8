import { createServer } from 'node:http';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { connectDatabase } from '../../functions/shared/database.ts';
import { writeJsonLines } from '../../functions/shared/storage.ts';
import { createSecretsManager } from '../../local/secrets/secrets-manager.ts';
import { images, productCatalog, suppliers } from '../../schema/index.ts';
import { imageBatchSchema, importSummarySchema } from '../../workflows/payloads.ts';
import { createTestDatabase } from '../support/database.ts';
import { anUpload, aParsedSpreadsheet, aProduct } from '../support/imports.ts';
import { useServices } from '../support/services.ts';

const { fauxqs, readText } = useServices({ buckets: ['work', 'reports'], queues: ['images'] });

const secretArn = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:Database';
const handlerOf = async (name: string): Promise<(event: unknown) => Promise<Record<string, unknown>>> =>
  (await import(`../../functions/${name}/handler.ts`)).handler;
/** Events arrive as JSON, as they do in Lambda. */
const invoke = async (name: string, event: unknown) => (await handlerOf(name))(JSON.parse(JSON.stringify(event)));

const secrets = new Map<string, string>();
const server = createServer(createSecretsManager(secrets));

beforeEach(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const {
    hostname: host,
    port: databasePort,
    pathname,
    username,
    password,
  } = new URL((await createTestDatabase()).url);
  const database = { host, port: databasePort, dbname: pathname.slice(1), username, password, sslmode: 'disable' };
  secrets.set(secretArn, JSON.stringify(database));
  vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', `http://127.0.0.1:${port}`);
  vi.stubEnv('DATABASE_SECRET_ARN', secretArn);
  vi.stubEnv('WORK_BUCKET', 'work');
  vi.stubEnv('REPORTS_BUCKET', 'reports');
  vi.stubEnv('IMAGES_BUCKET', 'images');
  vi.stubEnv('IMAGES_PER_BATCH', '40');
  vi.stubEnv('IMAGE_QUEUE_URL', fauxqs().inspectQueue('images')?.url ?? '');
});
afterEach(async () => {
  await (await connectDatabase()).$client.end();
  server.closeAllConnections();
  server.close();
});

it('the handlers of one import pass their results on as the state machine does', async () => {
  const database = await connectDatabase();
  await database.insert(suppliers).values({ code: 'acme', name: 'Acme', feedMode: 'full' });
  const upload = anUpload();
  const execution = { arn: 'arn:aws:states:us-east-1:000000000000:execution:ProductImport:acme-1', name: 'acme-1' };
  const registered = await invoke('register-import', { upload, execution });
  const chunk = { chunk: 0, key: 'imports/1/rows/00000.jsonl', products: 2 };
  const parsed = aParsedSpreadsheet({ manifestKey: 'imports/1/rows.jsonl' });
  await writeJsonLines('work', parsed.manifestKey, [chunk]);
  const urls = ['https://cdn.example/a.jpg', 'https://cdn.example/b.jpg'];
  await writeJsonLines('work', chunk.key, [aProduct({ images: urls }), aProduct({ code: 'B' })]);
  const own = { upload, import: registered };

  expect(await invoke('check-feed', { ...own, parsed })).toEqual({ active: 0, missing: 0 });
  expect(await invoke('write-products', { ...own, chunk })).toEqual({ created: 2, updated: 0, unchanged: 0 });
  expect(await invoke('deactivate-missing', own)).toEqual({ deactivated: 0 });
  const planned = await invoke('plan-images', { import: registered });
  expect(planned).toMatchObject({ images: 2 });
  const batch = imageBatchSchema.parse(JSON.parse(await readText('work', String(planned.key))));
  const [converted, failed] = batch.Items;
  if (!converted || !failed) throw new Error('expected two images');
  const rendition = {
    key: 'acme/h/large.webp',
    url: 'https://images.example/acme/h/large.webp',
    width: 10,
    height: 10,
    bytes: 99,
  };
  const outcomes = [
    {
      imageId: converted.imageId,
      attempt: converted.attempt,
      status: 'converted',
      etag: null,
      lastModified: null,
      sourceSha256: '0'.repeat(64),
      objectKey: 'acme/h',
      renditions: { large: rendition },
    },
    { imageId: failed.imageId, attempt: failed.attempt, status: 'crashed', error: 'Sandbox.Timedout', cause: '{}' },
  ];
  expect(await invoke('record-images', { outcomes, lanes: batch.lanes })).toEqual({ converted: 1, failed: 1 });
  expect(await invoke('plan-images', { import: registered, images: planned })).toMatchObject({ images: 0, left: 0 });
  const summary = await invoke('finish-import', { ...own, parsed });
  expect(summary).toMatchObject({
    status: 'completed_with_problems',
    images: { distinct: 2, converted: 1, waiting: 1 },
  });
  const written = await readText('reports', 'acme/acme-1/summary.json');
  expect(importSummarySchema.parse(JSON.parse(written))).toEqual(summary);
  expect(await database.select().from(productCatalog)).toMatchObject([
    { code: 'A', images: [{ url: rendition.url }] },
    { code: 'B', images: [] },
  ]);

  const swept = { released: 0, retried: 0, poisoned: 0, removed: 0 };
  expect(await invoke('sweep-images', {})).toEqual({ ...swept, queued: 0, waiting: 1 });
  expect(await invoke('sweep-images', { dueWithinSeconds: 7200 })).toEqual({ ...swept, queued: 1, waiting: 0 });
  expect(await database.select({ status: images.status }).from(images)).toContainEqual({ status: 'queued' });
  const error = { Error: 'States.Timeout' };
  expect(await invoke('fail-import', { upload, execution, error })).toMatchObject({
    error: 'States.Timeout',
    summary: { status: 'failed', products: { created: 2 } },
  });
});
