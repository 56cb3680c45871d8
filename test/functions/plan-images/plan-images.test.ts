import { eq, inArray, sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { planImages } from '../../../functions/plan-images/plan-images.ts';
import { writeJsonLines } from '../../../functions/shared/aws/storage.ts';
import type { Database } from '../../../functions/shared/database/database.ts';
import { imageErrorCodes } from '../../../functions/shared/images/image-error-codes.ts';
import { hostLanes, imageHosts, images, imports, suppliers } from '../../../schema/index.ts';
import {
  type ImageBatch,
  type ImageItem,
  imageBatchSchema,
  type PlannedImages,
} from '../../../workflows/payloads/images.ts';
import { writeChunk } from '../../support/chunks.ts';
import { createTestDatabase } from '../../support/database.ts';
import { aProduct, type StartedImport, startImport } from '../../support/imports.ts';
import { useServices } from '../../support/services.ts';

const { readText } = useServices({ buckets: ['work'] });

const now = new Date('2026-03-01T12:00:00.000Z');

type Planned = PlannedImages & { batches: ImageBatch[]; items: ImageItem[]; urls: string[] };

/** Plans the round after `before`. */
async function plan(database: Database, started: StartedImport, before?: PlannedImages): Promise<Planned> {
  const planned = await planImages(
    { database, writeBatches: (key, lines) => writeJsonLines('work', key, lines), batchSize: 40, now: () => now },
    { import: started.import, images: before },
  );
  const lines = planned.images === 0 ? [] : (await readText('work', planned.key)).trimEnd().split('\n');
  const batches = lines.map((line) => imageBatchSchema.parse(JSON.parse(line)));
  const items = batches.flatMap(({ Items }) => Items);
  expect(items).toHaveLength(planned.images);
  return { ...planned, batches, items, urls: items.map(({ sourceUrl }) => sourceUrl) };
}

const url = (name: string) => `https://cdn.example/${name}.jpg`;

/** An import whose file lists one product with the images `a` (changed to `state`) and `b` (pending). */
async function importWith(state: Partial<typeof images.$inferInsert> = { status: 'pending' }) {
  const { database } = await createTestDatabase();
  const started = await startImport(database);
  await writeChunk(database, started, [aProduct({ images: [url('a'), url('b')] })]);
  await database
    .update(images)
    .set(state)
    .where(eq(images.sourceUrl, url('a')));
  return { database, started };
}

const noRound: PlannedImages = { round: 0, images: 0, key: '', left: null, waitSeconds: 0, stalled: 0, busy: 0 };
const hour = 3_600_000;
const ago = (hours: number) => new Date(Date.now() - hours * hour);
const converted = {
  status: 'converted',
  storeId: 1,
  objectKey: 'acme/x',
  renditions: {},
  nextAttemptAt: null,
} as const;

describe('planning the images of an import', () => {
  it('takes what is pending and lists it with the supplier’s settings', async () => {
    const { database, started } = await importWith();
    await database.update(suppliers).set({ imageSettings: { headers: { Referer: 'https://shop' }, allowSvg: true } });
    const { items, key } = await plan(database, started);
    expect(key).toBe(`imports/${started.import.importId}/images/00001.jsonl`);
    expect(items.find(({ sourceUrl }) => sourceUrl === url('a'))).toEqual({
      imageId: expect.any(Number),
      sourceUrl: url('a'),
      supplierCode: 'acme',
      attempt: 1,
      etag: null,
      lastModified: null,
      headers: { Referer: 'https://shop' },
      allowSvg: true,
      notAfter: now.getTime() + 80_000,
    });
    // What the import has inserted is its own already: it is not written again.
    const [row] = await database.select().from(images);
    expect(row).toMatchObject({ status: 'pending', importId: started.import.importId, nextAttemptAt: null });
  });

  it('lists the same images when the state is run again', async () => {
    const { database, started } = await importWith();
    const first = await plan(database, started);
    const again = await plan(database, started);
    expect({ ...again, batches: [] }).toEqual({ ...first, batches: [] });
    expect(first.images).toBe(2);
    expect(await database.$count(hostLanes)).toBe(1);
  });

  it('plans no round where nothing is owed', async () => {
    const { database, started } = await importWith(converted);
    await database.update(images).set(converted);
    expect(await plan(database, started)).toMatchObject({ images: 0, left: 0, waitSeconds: 0 });
  });

  it('includes images of products that the file lists unchanged', async () => {
    const { database } = await importWith();
    await database.update(imports).set({ status: 'failed' });
    const again = await startImport(database, { uploadedAt: '2026-03-02T12:00:00.000Z' });
    await writeChunk(database, again, [aProduct({ images: [url('a'), url('b')] })]);
    expect((await plan(database, again)).urls.sort()).toEqual([url('a'), url('b')]);
  });

  const failed = { status: 'failed', errorCode: 'NOT_FOUND', errorMessage: 'Not there', attempts: 3 } as const;
  it.each([
    { state: 'converted', values: { ...converted, nextAttemptAt: null }, attempt: null },
    { state: 'failed and due', values: { ...failed, nextAttemptAt: ago(1) }, attempt: 4 },
    { state: 'failed and not due', values: { ...failed, nextAttemptAt: ago(-1) }, attempt: null },
    { state: 'given up after its schedule', values: { ...failed, attempts: 6, nextAttemptAt: null }, attempt: 1 },
    {
      state: 'given up for good',
      values: { ...failed, errorCode: 'UNSUPPORTED_FORMAT', nextAttemptAt: null },
      attempt: null,
    },
    {
      state: 'in the queue',
      values: { status: 'queued' as const, claimedAt: ago(0), importId: null, nextAttemptAt: ago(-3) },
      attempt: null,
    },
  ])('takes an image that is $state as attempt $attempt', async ({ values, attempt }) => {
    const { database, started } = await importWith(values);
    const { items } = await plan(database, started);
    expect(items.find(({ sourceUrl }) => sourceUrl === url('a'))?.attempt ?? null).toBe(attempt);
  });

  it.each(Object.entries(imageErrorCodes))(
    'begins the schedule of an image anew that failed with %s, where another try may cure it',
    async (errorCode, { retry }) => {
      const { database } = await importWith();
      await database.update(imports).set({ status: 'completed', imagesReleasedAt: ago(1), finishedAt: ago(1) });
      // The first waits for its last attempt, the second was given up, the third is due for its last one.
      const [waiting, exhausted, due] = [url('a'), url('b'), url('c')];
      const set = (sourceUrl: string, values: Partial<typeof images.$inferInsert>) =>
        database
          .update(images)
          .set({ ...failed, errorCode, ...values })
          .where(eq(images.sourceUrl, sourceUrl));
      await set(waiting, { attempts: 5, nextAttemptAt: retry ? ago(-40) : null });
      await set(exhausted, { attempts: 6, nextAttemptAt: null });
      const again = await startImport(database, { uploadedAt: '2026-03-02T12:00:00.000Z' });
      await writeChunk(database, again, [aProduct({ images: [waiting, exhausted, due] })]);
      await set(due, { attempts: 5, nextAttemptAt: ago(1), importId: null });
      const { items } = await plan(database, again);
      const tried = items.map(({ sourceUrl, attempt }) => [sourceUrl, attempt]).sort();
      expect(tried).toEqual([...(retry ? [[exhausted, 1]] : []), [due, 1]]);
      const [row] = await database.select().from(images).where(eq(images.sourceUrl, waiting));
      expect(row?.attempts).toBe(retry ? 0 : 5);
      // A host that said when to come back is believed.
      const hours = ['RATE_LIMITED', 'SERVICE_UNAVAILABLE'].includes(errorCode) ? 40 : 2;
      const wait = row?.nextAttemptAt ? (row.nextAttemptAt.getTime() - Date.now()) / hour : null;
      if (retry) expect(wait).toBeCloseTo(hours, 1);
      else expect(wait).toBeNull();

      // A changed URL is another image.
      const changed = await startImport(database, { uploadedAt: '2026-03-03T12:00:00.000Z' });
      await writeChunk(database, changed, [aProduct({ images: [`${waiting}?v=2`] })]);
      expect((await plan(database, changed)).items).toMatchObject([{ sourceUrl: `${waiting}?v=2`, attempt: 1 }]);
    },
  );

  it('leaves the schedule of what it has tried itself', async () => {
    const { database, started } = await importWith({ ...failed, nextAttemptAt: ago(-8) });
    await plan(database, started);
    const [row] = await database
      .select()
      .from(images)
      .where(eq(images.sourceUrl, url('a')));
    expect(row).toMatchObject({ attempts: 3 });
  });

  it('runs again, with its images, where its stopped execution is redriven', async () => {
    const { database, started } = await importWith();
    const ended = { status: 'failed', error: 'ExecutionAborted', startedAt: ago(30), finishedAt: ago(29) } as const;
    await database.update(imports).set({ ...ended, imagesReleasedAt: ago(29) });
    expect((await plan(database, started, { ...noRound, round: 3 })).images).toBe(2);
    const [row] = await database.select().from(imports);
    expect(row).toMatchObject({ status: 'running', error: null, finishedAt: null, imagesReleasedAt: null });
    expect(row?.startedAt.getTime()).toBeGreaterThan(ago(1).getTime());
  });

  it.each([
    { owner: 'running', status: 'running' as const, startedAt: ago(1), planned: 1 },
    { owner: 'running for too long', status: 'running' as const, startedAt: ago(7), planned: 2 },
    { owner: 'failed', status: 'failed' as const, startedAt: ago(1), planned: 2 },
  ])('leaves images queued by another import to it unless that is $owner', async ({ status, startedAt, planned }) => {
    const { database, started } = await importWith();
    const other = await startImport(database, { key: 'other/a.csv' });
    const { importId } = other.import;
    await database.update(imports).set({ status, startedAt }).where(eq(imports.id, importId));
    await database
      .update(images)
      .set({ status: 'queued', claimedAt: ago(1), importId, nextAttemptAt: null })
      .where(eq(images.sourceUrl, url('a')));
    expect((await plan(database, started)).images).toBe(planned);
  });

  it('sends the validators of a converted version only', async () => {
    const validators = { etag: '"v1"', lastModified: 'Mon, 02 Mar 2026 10:00:00 GMT' };
    const { database, started } = await importWith({
      ...failed,
      ...validators,
      nextAttemptAt: ago(1),
      objectKey: 'acme/x',
    });
    await database
      .update(images)
      .set(validators)
      .where(eq(images.sourceUrl, url('b')));
    const { items } = await plan(database, started);
    expect(items).toHaveLength(2);
    for (const { sourceUrl, etag, lastModified } of items) {
      const expected = sourceUrl === url('a') ? validators : { etag: null, lastModified: null };
      expect({ etag, lastModified }).toEqual(expected);
    }
  });

  it('deals a host’s images to as many lanes as it bears, and the rest to the next round', async () => {
    const { database, started } = await importOf({
      'big.example': 1000,
      'small.example': 50,
      'tiny.example': 3,
      'other.example': 2,
    });
    const first = await plan(database, started);
    expect(first).toMatchObject({ round: 1, left: 1055, images: 8 * 40 + 50 + 3 + 2 });
    const hosts = first.batches.map(({ Items }) => [...new Set(Items.map(({ sourceUrl }) => new URL(sourceUrl).host))]);
    // Few images of many hosts share a batch: they are converted one after the other.
    expect(hosts.filter((names) => names.length > 1)).toEqual([['other.example', 'tiny.example']]);
    const lanesOf = (host: string) => hosts.filter((names) => names.includes(host)).length;
    expect({ big: lanesOf('big.example'), small: lanesOf('small.example') }).toEqual({ big: 8, small: 2 });
    for (const { Items } of first.batches) expect(Items.length).toBeLessThanOrEqual(40);
    expect(await database.$count(hostLanes)).toBe(8 + 2 + 1 + 1);
  });

  it('goes on with what is owed until nothing is', async () => {
    const { database, started } = await importOf({ 'cdn.example': 500 });
    let planned = await plan(database, started);
    const seen = new Set<number>();
    const rounds: number[] = [];
    while (planned.images > 0) {
      rounds.push(planned.images);
      for (const { imageId } of planned.items) seen.add(imageId);
      const ids = planned.items.map(({ imageId }) => imageId);
      await database.update(images).set(converted).where(inArray(images.id, ids));
      planned = await plan(database, started, planned);
    }
    expect(rounds).toEqual([320, 180]);
    expect(seen.size).toBe(500);
    expect(planned).toMatchObject({ round: 3, left: 0, waitSeconds: 0 });
    expect(await database.$count(hostLanes)).toBe(0);
  });

  it('waits for a host on hold, and leaves its images to the sweeps after some rounds without progress', async () => {
    const { database, started } = await importOf({ 'cdn.example': 10 });
    await database.insert(imageHosts).values({
      host: 'cdn.example',
      concurrency: 4,
      maximum: 8,
      holdUntil: new Date(Date.now() + 30_000),
    });
    let planned = await plan(database, started);
    expect(planned.waitSeconds).toBeGreaterThan(25);
    expect(planned.waitSeconds).toBeLessThanOrEqual(30);
    for (let round = 2; round <= 5; round += 1) {
      planned = await plan(database, started, planned);
      expect(planned).toMatchObject({ images: 0, left: 10 });
      expect(planned.waitSeconds).toBeGreaterThan(0);
    }
    expect(await plan(database, started, planned)).toMatchObject({ images: 0, left: 10, waitSeconds: 0 });
  });

  it('works on the other hosts meanwhile', async () => {
    const { database, started } = await importOf({ 'held.example': 10, 'free.example': 10 });
    const holdUntil = new Date(Date.now() + 30_000);
    await database.insert(imageHosts).values({ host: 'held.example', concurrency: 8, maximum: 8, holdUntil });
    const { urls, left } = await plan(database, started);
    expect(urls.map((text) => new URL(text).host)).toEqual(Array(10).fill('free.example'));
    expect(left).toBe(20);
  });

  it('respects the requests at once that a supplier allows', async () => {
    const { database, started } = await importOf({ 'cdn.example': 400 });
    await database.update(suppliers).set({ imageSettings: { maxConcurrency: 2 } });
    expect((await plan(database, started)).batches).toHaveLength(2);
  });

  it('keeps batches far below what a state may hold, however long the URLs are', async () => {
    const { database, started } = await importOf({ 'cdn.example': 200 }, 'x'.repeat(4000));
    const { batches } = await plan(database, started);
    for (const batch of batches) expect(Buffer.byteLength(JSON.stringify(batch))).toBeLessThan(130_000);
    expect(batches.flatMap(({ Items }) => Items).length).toBeGreaterThan(150);
  });
});

/** An import that has inserted so many images of each host. */
async function importOf(hosts: Record<string, number>, path = '') {
  const { database } = await createTestDatabase();
  const started = await startImport(database);
  const { importId, supplierId } = started.import;
  for (const [host, count] of Object.entries(hosts)) {
    await database.execute(sql`
      insert into images (source_url_hash, source_url, supplier_id, host, import_id, next_attempt_at)
      select gen_random_uuid(), 'https://' || ${host} || '/' || n || ${path}, ${supplierId}, ${host}, ${importId}, null
      from generate_series(1, ${count}) n`);
  }
  return { database, started };
}
