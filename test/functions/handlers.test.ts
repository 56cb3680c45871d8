import { expect, it } from 'vitest';
import { writeJsonLines } from '../../functions/shared/aws/storage.ts';
import { workKeys } from '../../functions/shared/imports/object-keys.ts';
import { databaseConcurrency } from '../../infrastructure/settings/concurrency.ts';
import { defaultSettings } from '../../infrastructure/settings/settings.ts';
import { images, productCatalog, replacedObjects, suppliers } from '../../schema/index.ts';
import { hostGroupSchema, imageBatchSchema, noTakeYet } from '../../workflows/payloads/images.ts';
import { importSummarySchema } from '../../workflows/payloads/summary.ts';
import { startHandlers } from '../support/handlers.ts';
import { anUpload, aParsedSpreadsheet, aProduct } from '../support/imports.ts';
import { useServices } from '../support/services.ts';

const { fauxqs, readText } = useServices({ buckets: ['work', 'reports', 'images'], queues: ['images'] });

it('the handlers of one import pass their results on as the state machine does, with the rights they have', async () => {
  const { database, invoke, invoked } = await startHandlers({
    WORK_BUCKET: 'work',
    REPORTS_BUCKET: 'reports',
    IMAGES_BUCKET: 'images',
    IMAGES_PER_BATCH: '40',
    MOST_LANES_PER_HOST: '64',
    MOST_LANES: '700',
    MOST_QUEUE_LANES: '50',
    MOST_WRITERS: '40',
    WRITERS_PER_IMPORT: '4',
    IMAGE_QUEUE_URL: fauxqs().inspectQueue('images')?.url ?? '',
  });
  await database.insert(suppliers).values({ code: 'acme', name: 'Acme', feedMode: 'full' });
  const upload = anUpload();
  const execution = { arn: 'arn:aws:states:us-east-1:000000000000:execution:ProductImport:acme-1', name: 'acme-1' };
  const registered = await invoke('register-import', { upload, execution });
  const chunk = { chunk: 0, key: 'imports/1/rows/00000.jsonl', products: 2 };
  const parsed = aParsedSpreadsheet({ manifestKey: 'imports/1/rows.jsonl' });
  await writeJsonLines('work', parsed.manifestKey, [chunk]);
  await writeJsonLines('work', workKeys.rejectedCodes(1), [{ code: 'C' }]);
  const urls = ['https://cdn.example/a.jpg', 'https://cdn.example/b.jpg'];
  await writeJsonLines('work', chunk.key, [aProduct({ images: urls }), aProduct({ code: 'B' })]);
  const own = { upload, import: registered };

  expect(await invoke('check-feed', { ...own, parsed })).toEqual({ active: 0, missing: 0 });
  const admitted = { writers: 0, waits: 0, waitSeconds: 0 };
  expect(await invoke('admit-writers', { ...own, parsed, admitted })).toMatchObject({ writers: 1 });
  expect(await invoke('write-products', { ...own, chunk })).toEqual({ created: 2, updated: 0, unchanged: 0 });
  expect(await invoke('deactivate-missing', own)).toEqual({ deactivated: 0 });
  const notPlanned = { round: 0, groups: 0, key: '', left: null };
  const planned = await invoke('plan-images', { import: registered, images: notPlanned });
  expect(planned).toMatchObject({ groups: 1, left: 2 });
  const group = hostGroupSchema.parse(JSON.parse(await readText('work', String(planned.key))));
  const item = { ...group, import: registered, round: 1 };
  const taken = await invoke('take-images', { ...item, take: noTakeYet });
  expect(taken).toMatchObject({ batches: 1, lanes: 1 });
  const lines = (await readText('work', String(taken.key))).trimEnd().split('\n');
  const batches = lines.map((line) => imageBatchSchema.parse(JSON.parse(line)));
  const [converted, failed] = batches.flatMap(({ Items }) => Items);
  if (!converted || !failed) throw new Error('expected two images');
  const outcomes = [
    {
      imageId: converted.imageId,
      attempt: converted.attempt,
      firstByteMilliseconds: null,
      status: 'converted',
      etag: null,
      lastModified: null,
      sourceSha256: '0'.repeat(64),
      baseUrl: 'https://images.example',
      objectKey: 'acme/h',
      renditions: { large: [10, 10, 99] },
    },
    { imageId: failed.imageId, attempt: failed.attempt, status: 'crashed', error: 'Sandbox.Timedout', cause: '{}' },
  ];
  const batchStartedAt = new Date().toISOString();
  const recorded = { outcomes, takenAt: batches[0]?.takenAt, holder: null, batchStartedAt };
  expect(await invoke('record-images', recorded)).toEqual({ converted: 1, failed: 1 });
  expect(await invoke('take-images', { ...item, take: taken })).toMatchObject({ batches: 0, waitSeconds: 0 });
  expect(await invoke('plan-images', { import: registered, images: planned })).toMatchObject({ groups: 0, left: 0 });
  const summary = await invoke('finish-import', { ...own, parsed });
  expect(summary).toMatchObject({
    status: 'completed_with_problems',
    images: { distinct: 2, converted: 1, waiting: 1 },
  });
  const written = await readText('reports', 'acme/acme-1/summary.json');
  expect(importSummarySchema.parse(JSON.parse(written))).toEqual(summary);
  expect(await readText('reports', 'acme/acme-1/report.html')).toContain('https://images.example/acme/h/large.webp');
  expect(await database.select().from(productCatalog)).toMatchObject([
    { code: 'A', images: [{ url: 'https://images.example/acme/h/large.webp' }] },
    { code: 'B', images: [] },
  ]);

  const swept = { due: 0, released: 0, retried: 0, poisoned: 0, removed: 0, untracked: 0, waitSeconds: 0 };
  const sweep = (asked: unknown) =>
    invoke('sweep-images', { startedAt: new Date().toISOString(), forSeconds: 60, asked });
  const replaced = { objectKey: 'acme/old', keys: ['acme/old/large.webp'], removeAfter: new Date(0) };
  await database.insert(replacedObjects).values(replaced);
  expect(await sweep({ 'detail-type': 'Scheduled Event' })).toEqual({ ...swept, removed: 1, queued: 0, waiting: 1 });
  expect(await sweep({ dueWithinSeconds: 7200 })).toEqual({ ...swept, queued: 1, waiting: 0 });
  expect(await database.select({ status: images.status }).from(images)).toContainEqual({ status: 'queued' });
  const error = { Error: 'States.Timeout' };
  expect(await invoke('fail-import', { upload, execution, error })).toMatchObject({
    error: 'StepFunctions.Timeout',
    summary: { status: 'failed', products: { created: 2 } },
  });
  const again = { arn: `${execution.arn}-again`, name: 'acme-1-again' };
  expect(await invoke('register-import', { upload, execution: again })).toMatchObject({
    importId: registered.importId,
  });
  expect(await invoke('write-products', { ...own, chunk })).toEqual({ created: 2, updated: 0, unchanged: 0 });
  const newer = { upload: anUpload({ uploadedAt: '2026-03-02T12:00:00.000Z' }), execution: again };
  const next = { ...newer, import: await invoke('register-import', newer) };
  await writeJsonLines('work', chunk.key, [aProduct({ images: ['https://cdn.example/c.jpg'] })]);
  await writeJsonLines('work', workKeys.rejectedCodes(Number(next.import.importId)), []);
  await writeJsonLines('work', workKeys.sheets(Number(next.import.importId)), [{ headers: [], namesOptions: false }]);
  expect(await invoke('write-products', { ...next, chunk })).toEqual({ created: 0, updated: 1, unchanged: 0 });
  expect(await invoke('deactivate-missing', next)).toEqual({ deactivated: 1 });

  // What people ask for and undos are not states that every import may pass.
  const withDatabase = Object.keys(databaseConcurrency(defaultSettings));
  const ofImport = withDatabase.filter((name) => !/undo|supplier-settings|verify-catalog/.test(name));
  expect(ofImport.filter((name) => !invoked.has(name))).toEqual([]);
});
