import { eq, inArray, sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../../functions/shared/database/database.ts';
import { sweepImages } from '../../../functions/sweep-images/sweep-images.ts';
import { hostLanes, imageHosts, images, imports, replacedObjects, suppliers } from '../../../schema/index.ts';
import { type ImageBatch, type ImageItem, imageBatchSchema } from '../../../workflows/payloads/images.ts';
import { sweepResultSchema } from '../../../workflows/payloads/sweep.ts';
import { createTestDatabase } from '../../support/database.ts';
import { startImport } from '../../support/imports.ts';
import { laneLimits } from '../../support/takes.ts';

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
const failed = { status: 'failed', errorCode: 'NOT_FOUND', errorMessage: 'Not there', attempts: 2 } as const;
const queued = { status: 'queued', nextAttemptAt: null, claimedAt: new Date() } as const;

type Options = {
  refuse?: (item: ImageItem) => boolean;
  dueWithinSeconds?: number;
  retryFailed?: { supplier?: string; code?: string };
  /** Seconds since the start of the execution, which goes on for 6,000. */
  elapsed?: number;
};

const now = new Date('2026-03-01T12:00:00.000Z');
const settings = { limits: laneLimits, consumers: 50, batchSize: 40, now: () => now };

async function sweep(database: Database, options: Options = {}) {
  const { refuse = () => false, dueWithinSeconds = 0, retryFailed, elapsed = 0 } = options;
  const batches: ImageBatch[] = [];
  const removed: string[] = [];
  const breaches: number[] = [];
  const silent: number[] = [];
  const result = await sweepImages(
    {
      database,
      sendBatches: async (given) => {
        const refused = given.filter(({ Items }) => Items.some(refuse));
        batches.push(...given.filter((batch) => !refused.includes(batch)));
        return refused;
      },
      removeObjects: async (keys) => void removed.push(...keys),
      reportBreach: (lost) => breaches.push(lost),
      reportSilent: (imports) => silent.push(...imports),
      ...settings,
    },
    {
      dueWithinSeconds,
      retryFailed,
      startedAt: new Date(now.getTime() - elapsed * 1000).toISOString(),
      forSeconds: 6000,
    },
  );
  expect(sweepResultSchema.parse(result)).toEqual(result);
  return { ...result, batches, sent: batches.flatMap(({ Items }) => Items), removedKeys: removed, breaches, silent };
}

/** As if the batches were recorded long ago: the hosts have all their lanes again. */
const freeLanes = (database: Database) => database.delete(hostLanes);

/** `count` images of an ended import, each in state `values`, due a second after one another. */
async function imagesOf(
  values: Partial<typeof images.$inferInsert>,
  owner: Partial<typeof imports.$inferInsert> = {},
  count = 1,
  host = 'cdn.example',
) {
  const { database } = await createTestDatabase();
  const { import: registered } = await startImport(database);
  const { importId, supplierId } = registered;
  const ended = { status: 'completed' as const, finishedAt: minutesAgo(60), imagesReleasedAt: minutesAgo(60) };
  await database
    .update(imports)
    .set({ ...ended, ...owner })
    .where(eq(imports.id, importId));
  await insertImages(database, { importId, supplierId }, count, host);
  if (Object.keys(values).length > 0) await database.update(images).set(values);
  return { database, importId, supplierId };
}

async function insertImages(
  database: Database,
  { importId, supplierId }: { importId: number; supplierId: number },
  count: number,
  host: string,
) {
  await database.execute(sql`
    insert into images (source_url_hash, source_url, supplier_id, host, import_id, next_attempt_at)
    select gen_random_uuid(), 'https://' || ${host} || '/' || n, ${supplierId}, ${host}, ${importId}, now() - make_interval(secs => n)
    from generate_series(1, ${count}) n`);
}

describe('sweeping images', () => {
  it.each([
    { state: 'pending', values: {}, sent: 1 },
    { state: 'failed and due', values: { ...failed, nextAttemptAt: minutesAgo(1) }, sent: 1 },
    { state: 'failed and not yet due', values: { ...failed, nextAttemptAt: minutesAgo(-1) }, sent: 0 },
    { state: 'given up', values: { ...failed, nextAttemptAt: null }, sent: 0 },
    {
      state: 'converted',
      values: { status: 'converted' as const, storeId: 1, objectKey: 'k', renditions: {}, nextAttemptAt: null },
      sent: 0,
    },
    { state: 'in the queue', values: { ...queued, importId: null, nextAttemptAt: minutesAgo(-10) }, sent: 0 },
  ])('sends $sent message for an image that is $state', async ({ values, sent }) => {
    const { database } = await imagesOf(values);
    const result = await sweep(database);
    expect(result).toMatchObject({ queued: sent, released: 0 });
    expect(result.sent).toHaveLength(sent);
    if (sent === 0) return;
    expect(await database.select().from(images)).toMatchObject([
      { status: 'queued', importId: null, nextAttemptAt: expect.any(Date) },
    ]);
  });

  it('sends the next attempt with its supplier', async () => {
    const { database } = await imagesOf({ ...failed, nextAttemptAt: minutesAgo(1) });
    const { sent } = await sweep(database);
    expect(sent).toMatchObject([{ attempt: 3, supplierCode: 'acme', sourceUrl: 'https://cdn.example/1' }]);
  });

  it('sends messages that can be read, and goes on, whatever someone has typed into a supplier’s settings', async () => {
    const { database } = await imagesOf({}, undefined, 30);
    const typed = { maxConcurrency: 'two', headers: { 'X-Shop': 5 }, allowSvg: 'yes' };
    await database.execute(sql`update suppliers set image_settings = ${JSON.stringify(typed)}::jsonb`);
    const { sent, batches } = await sweep(database);
    expect(batches.map((batch) => imageBatchSchema.parse(batch))).toEqual(batches);
    expect(sent).toHaveLength(30);
    expect(sent[0]).toMatchObject({ headers: { 'X-Shop': '5' }, allowSvg: false });
  });

  it.each([
    [2.5, 2],
    [0, 1],
    [1e12, 8],
  ])('allows a host with maxConcurrency %d messages: %d', async (maxConcurrency, messages) => {
    const { database } = await imagesOf({}, undefined, 170);
    await database.update(suppliers).set({ imageSettings: { maxConcurrency } });
    expect((await sweep(database)).batches).toHaveLength(messages);
  });

  it.each([
    { owner: 'runs, however long', heartbeatAt: minutesAgo(29), sent: 0 },
    { owner: 'has been silent for half an hour', heartbeatAt: minutesAgo(31), sent: 2 },
  ])('sends $sent of the images of an import that $owner', async ({ heartbeatAt, sent }) => {
    const running = { status: 'running' as const, finishedAt: null, imagesReleasedAt: null };
    const owner = { ...running, startedAt: minutesAgo(20 * 60), heartbeatAt };
    const { database } = await imagesOf({ nextAttemptAt: null }, owner, 2);
    await database.update(images).set(queued).where(eq(images.sourceUrl, 'https://cdn.example/1'));
    expect(await sweep(database)).toMatchObject({ queued: sent, silent: sent === 0 ? [] : [expect.any(Number)] });
  });

  it('looks ahead when it is told to', async () => {
    const { database } = await imagesOf({ ...failed, nextAttemptAt: minutesAgo(-30) });
    expect(await sweep(database, { dueWithinSeconds: 60 })).toMatchObject({ queued: 0, waiting: 1 });
    expect(await sweep(database, { dueWithinSeconds: 3600 })).toMatchObject({ queued: 1, waiting: 0 });
  });

  it('gives back what the queue refused, as it was', async () => {
    const { database } = await imagesOf({ ...failed, nextAttemptAt: minutesAgo(1) }, undefined, 60);
    const before = await database.select().from(images).orderBy(images.id);
    const result = await sweep(database, { refuse: ({ sourceUrl }) => sourceUrl === 'https://cdn.example/2' });
    expect(result).toMatchObject({ queued: 52, released: 8, waiting: 8 });
    const after = await database.select().from(images).orderBy(images.id);
    const untouched = after.filter(({ status }) => status === 'failed');
    const wasBefore = new Map(before.map((row) => [row.id, row]));
    for (const row of untouched)
      expect({ ...row, updatedAt: null }).toEqual({ ...wasBefore.get(row.id), updatedAt: null });
    expect(untouched).toHaveLength(8);
    await freeLanes(database);
    expect(await sweep(database)).toMatchObject({ queued: 8 });
  });

  it('loses nothing when it dies between claim and send: the images show a code and are tried again', async () => {
    const { database } = await imagesOf({}, undefined, 3);
    const dying = sweepImages(
      {
        database,
        sendBatches: () => Promise.reject(new Error('killed')),
        removeObjects: async () => {},
        reportBreach: () => {},
        reportSilent: () => {},
        ...settings,
      },
      { dueWithinSeconds: 0, forSeconds: 0 },
    );
    await expect(dying).rejects.toThrow('killed');
    expect(await sweep(database)).toMatchObject({ queued: 0 });
    await database.update(images).set({ nextAttemptAt: minutesAgo(1) });
    await freeLanes(database);
    expect(await sweep(database)).toMatchObject({ queued: 0, poisoned: 3, waiting: 3 });
    const rows = await database.select().from(images);
    for (const row of rows) expect(row).toMatchObject({ status: 'failed', errorCode: 'QUEUE_POISONED', attempts: 1 });
    expect(await sweep(database, { dueWithinSeconds: 2 * 3600 })).toMatchObject({ queued: 3 });
  });

  it('gives an image up whose message is poisoned each time', async () => {
    const { database } = await imagesOf({ ...queued, importId: null, nextAttemptAt: minutesAgo(1), attempts: 5 });
    expect(await sweep(database)).toMatchObject({ poisoned: 1, waiting: 0 });
    const [row] = await database.select().from(images);
    expect(row).toMatchObject({ status: 'failed', attempts: 6, nextAttemptAt: null });
  });

  it('lets no backlog of one host, nor one on hold, take the turn of the others', async () => {
    const { database, importId, supplierId } = await imagesOf({}, undefined, 11_000);
    await insertImages(database, { importId, supplierId }, 300, 'held.example');
    await database.execute(sql`update images set next_attempt_at = now() - interval '1 day'`);
    const holdUntil = minutesAgo(-10);
    await database.insert(imageHosts).values({ host: 'held.example', concurrency: 8, holdUntil });
    await insertImages(database, { importId, supplierId }, 30, 'small.example');
    const { queued: count, due, batches } = await sweep(database);
    expect({ count, due }).toEqual({ count: 8 * 40 + 30, due: 11_000 - 320 });
    const small = batches.flatMap(({ Items }) => Items.filter(({ sourceUrl }) => sourceUrl.includes('small')));
    expect(small).toHaveLength(30);
  }, 30_000);

  it('takes the longest due of a host, as many as it has lanes for, and every host its own', async () => {
    const { database, importId, supplierId } = await imagesOf({}, undefined, 1000);
    await insertImages(database, { importId, supplierId }, 30, 'slow.example');
    await database.insert(imageHosts).values({ host: 'slow.example', concurrency: 1 });
    const { queued: count, waiting, batches } = await sweep(database);
    expect({ count, waiting }).toEqual({ count: 8 * 40 + 30, waiting: 680 });
    const ofHost = (host: string) => batches.filter(({ Items }) => Items[0]?.sourceUrl.includes(host));
    expect([ofHost('cdn.example').length, ofHost('slow.example').length]).toEqual([8, 1]);
    // The image numbered n has been due for n seconds.
    const numbers = ofHost('cdn.example').flatMap(({ Items }) =>
      Items.map(({ sourceUrl }) => Number(sourceUrl.split('/').at(-1))),
    );
    expect(Math.min(...numbers)).toBe(1000 - 320 + 1);
  });

  it('leaves hosts on hold, and hosts whose lanes are taken, to the next', async () => {
    const { database, importId, supplierId } = await imagesOf({}, undefined, 5);
    await insertImages(database, { importId, supplierId }, 5, 'held.example');
    const holdUntil = minutesAgo(-10);
    await database.insert(imageHosts).values({ host: 'held.example', concurrency: 8, holdUntil });
    const first = await sweep(database);
    expect(first.sent.map(({ sourceUrl }) => new URL(sourceUrl).host)).toEqual(Array(5).fill('cdn.example'));
    expect(await sweep(database)).toMatchObject({ queued: 0, waiting: 5 });
  });

  it('has no more messages in the queue than keep its consumers busy', async () => {
    const { database, importId, supplierId } = await imagesOf({}, undefined, 0);
    for (let host = 0; host < 30; host += 1) {
      await insertImages(database, { importId, supplierId }, 400, `h${host}.example`);
    }
    expect((await sweep(database)).batches).toHaveLength(4 * 50);
    expect((await sweep(database)).batches).toHaveLength(0);
  }, 30_000);

  it.each([
    { elapsed: 60, due: 680, waitSeconds: 60 },
    { elapsed: 5_950, due: 680, waitSeconds: 0 },
  ])('goes on after $waitSeconds s where images are due $elapsed s after its start', async ({ elapsed, ...rest }) => {
    const { database } = await imagesOf({}, undefined, 1000);
    expect(await sweep(database, { elapsed })).toMatchObject({ ...rest, queued: 320 });
  });

  it('ends where nothing is due', async () => {
    const { database } = await imagesOf({}, undefined, 20);
    expect(await sweep(database)).toMatchObject({ queued: 20, due: 0, waitSeconds: 0 });
  });

  it('gives each message a lane of its own, which its end gives back', async () => {
    const { database } = await imagesOf({}, undefined, 100);
    const { batches } = await sweep(database);
    const lanes = await database.select().from(hostLanes);
    expect(lanes.map(({ holder }) => holder).sort()).toEqual(batches.map(({ holder }) => holder).sort());
    expect(batches.map(({ Items }) => Items.length)).toEqual([13, 13, 13, 13, 13, 13, 13, 9]);
  });

  it('shares the work with another sweep at the same time', async () => {
    const { database, importId, supplierId } = await imagesOf({}, undefined, 500);
    for (const host of ['a.example', 'b.example', 'c.example']) {
      await insertImages(database, { importId, supplierId }, 100, host);
    }
    const results = await Promise.all([sweep(database), sweep(database), sweep(database)]);
    const ids = results.flatMap(({ sent }) => sent.map(({ imageId }) => imageId));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBe(320 + 300);
    const counts = await database.execute<{ host: string; lanes: number }>(
      'select host, sum(lanes)::int as lanes from host_lanes group by host',
    );
    for (const { lanes } of counts) expect(lanes).toBeLessThanOrEqual(8);
  });

  it('does not wait for an image that someone else is writing', async () => {
    const { database } = await imagesOf({}, undefined, 2);
    await database.transaction(async (transaction) => {
      const busy = eq(images.sourceUrl, 'https://cdn.example/1');
      await transaction.update(images).set({ updatedAt: new Date() }).where(busy);
      const { sent } = await sweep(database);
      expect(sent.map(({ sourceUrl }) => sourceUrl)).toEqual(['https://cdn.example/2']);
    });
  }, 20_000);

  it.each([
    {
      owner: 'ended without releasing them',
      status: 'failed' as const,
      finishedAt: minutesAgo(20),
      heartbeatAt: minutesAgo(30),
    },
    {
      owner: 'has been silent for long',
      status: 'running' as const,
      finishedAt: null,
      heartbeatAt: minutesAgo(2 * 60),
    },
  ])(
    'collects the images of an import that $owner, also those that it inserts later',
    async ({ owner: _, ...owner }) => {
      const { database, importId, supplierId } = await imagesOf(
        { nextAttemptAt: null },
        { ...owner, imagesReleasedAt: null },
        3,
      );
      expect(await sweep(database)).toMatchObject({ queued: 3, breaches: [] });
      await freeLanes(database);
      if (owner.status !== 'running') return;
      await insertImages(database, { importId, supplierId }, 2, 'late.example');
      await database.update(images).set({ nextAttemptAt: null }).where(eq(images.host, 'late.example'));
      expect(await sweep(database)).toMatchObject({ queued: 2, breaches: [] });
    },
  );

  it.each([
    { hours: 24, status: 'running', error: null },
    { hours: 26, status: 'failed', error: 'ExecutionTimedOut' },
  ])('leaves an import $status that has been silent for $hours h', async ({ hours, status, error }) => {
    const { database } = await imagesOf(
      { nextAttemptAt: null },
      { status: 'running', heartbeatAt: minutesAgo(hours * 60), finishedAt: null, imagesReleasedAt: null },
    );
    await sweep(database);
    expect(await database.select().from(imports)).toMatchObject([{ status, error }]);
  });

  it('reports images that nobody would ever look at again, and collects them', async () => {
    const { database } = await imagesOf({ status: 'pending', nextAttemptAt: null }, undefined, 2);
    expect(await sweep(database)).toMatchObject({ queued: 2, breaches: [2] });
    expect(await sweep(database)).toMatchObject({ queued: 0, breaches: [] });
  });

  it.each([
    { filter: {}, retried: 3 },
    { filter: { code: 'GONE' }, retried: 2 },
    { filter: { supplier: 'ACME' }, retried: 3 },
    { filter: { supplier: 'acme', code: 'NOT_FOUND' }, retried: 1 },
    { filter: { supplier: 'bolt' }, retried: 0 },
  ])('puts $retried given-up images back for $filter, and no others', async ({ filter, retried }) => {
    const { database } = await imagesOf({ ...failed, nextAttemptAt: minutesAgo(-60) }, undefined, 4);
    const set = (numbers: number[], code: string) =>
      database
        .update(images)
        .set({ nextAttemptAt: null, attempts: 6, errorCode: code })
        .where(
          inArray(
            images.sourceUrl,
            numbers.map((number) => `https://cdn.example/${number}`),
          ),
        );
    await set([1, 2], 'GONE');
    await set([3], 'NOT_FOUND');
    const result = await sweep(database, { retryFailed: filter });
    expect(result).toMatchObject({ retried, queued: retried });
    for (const { attempt } of result.sent) expect(attempt).toBe(1);
  });

  it('removes replaced objects after their grace period, but for those that are in use again', async () => {
    const { database } = await imagesOf({
      status: 'converted',
      storeId: 1,
      objectKey: 'acme/used',
      renditions: {},
      nextAttemptAt: null,
    });
    const object = (objectKey: string, removeAfter: Date) => ({
      objectKey,
      keys: [`${objectKey}/large.webp`],
      removeAfter,
    });
    await database
      .insert(replacedObjects)
      .values([
        object('acme/old', minutesAgo(1)),
        object('acme/used', minutesAgo(1)),
        object('acme/new', minutesAgo(-1)),
      ]);
    expect(await sweep(database)).toMatchObject({ removed: 1, removedKeys: ['acme/old/large.webp'] });
    expect(await database.select({ key: replacedObjects.objectKey }).from(replacedObjects)).toEqual([
      { key: 'acme/new' },
    ]);
  });
});
