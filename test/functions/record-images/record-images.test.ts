import { eq, sql } from 'drizzle-orm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordImages } from '../../../functions/record-images/record-images.ts';
import type { Database } from '../../../functions/shared/database/database.ts';
import { images, productCatalog, replacedObjects } from '../../../schema/index.ts';
import type { ImageOutcome } from '../../../workflows/payloads/images.ts';
import { writeChunk } from '../../support/chunks.ts';
import { createTestDatabase } from '../../support/database.ts';
import { aProduct, startImport } from '../../support/imports.ts';

const now = new Date('2026-03-01T12:00:00.000Z');
const record = (database: Database, ...outcomes: ImageOutcome[]) =>
  recordImages(
    { database, now: () => now },
    { outcomes, takenAt: now.getTime(), holder: null, batchStartedAt: now.toISOString() },
  );

/** A database with `count` images that an import has claimed for their first attempt. */
async function queuedImages(count = 1) {
  const { database } = await createTestDatabase();
  const urls = Array.from({ length: count }, (_, index) => `https://cdn.example/${index}.jpg`);
  await writeChunk(database, await startImport(database), [aProduct({ images: urls })]);
  const rows = await database
    .update(images)
    .set({ status: 'queued', claimedAt: new Date(), nextAttemptAt: null })
    .returning({ id: images.id });
  const ids = rows.map(({ id }) => id).sort((a, b) => a - b);
  return { database, ids, id: ids[0] ?? 0 };
}

function convertedTo(imageId: number, hash = 'h1', attempt = 1): ImageOutcome {
  const key = `acme/${hash}`;
  return {
    imageId,
    attempt,
    firstByteMilliseconds: null,
    status: 'converted',
    etag: `"${hash}"`,
    lastModified: null,
    sourceSha256: hash.replace('h', 'a').padEnd(64, '0'),
    baseUrl: 'https://images.example',
    objectKey: key,
    renditions: { thumb: [400, 100, 4000], large: [1600, 100, 16_000] },
  };
}

const failedWith = (imageId: number, code = 'NOT_FOUND', attempt = 1, retryAfterSeconds: number | null = null) =>
  ({
    imageId,
    attempt,
    firstByteMilliseconds: null,
    status: 'failed',
    code,
    message: `${code} happened`,
    retryAfterSeconds,
  }) as const;

/** Row versions of images written by UPDATE, and those of them that touched no index (heap-only tuples). */
async function countUpdates(database: Database): Promise<{ all: number; hot: number }> {
  await database.execute('select pg_stat_force_next_flush()');
  const [counts] = await database.execute<{ all: number; hot: number }>(
    `select n_tup_upd::int as all, n_tup_hot_upd::int as hot from pg_stat_user_tables where relname = 'images'`,
  );
  return counts ?? { all: 0, hot: 0 };
}

const read = async (database: Database, id: number) => {
  const [row] = await database.select().from(images).where(eq(images.id, id));
  return row;
};

describe('recording image outcomes', () => {
  it('stores what a conversion made, from which the catalog makes addresses', async () => {
    const { database, id } = await queuedImages();
    expect(await record(database, convertedTo(id))).toEqual({ converted: 1, failed: 0 });
    expect(await read(database, id)).toMatchObject({
      status: 'converted',
      attempts: 1,
      nextAttemptAt: null,
      claimedAt: null,
      errorCode: null,
      etag: '"h1"',
      objectKey: 'acme/h1',
      sourceHash: 'a1000000-0000-0000-0000-000000000000',
      renditions: { thumb: [400, 100, 4000], large: [1600, 100, 16_000] },
      convertedAt: expect.any(Date),
    });
    const [product] = await database.select({ images: productCatalog.images }).from(productCatalog);
    const prefix = 'https://images.example/acme/h1';
    expect(product?.images).toEqual([
      {
        ...{ position: 0, url: `${prefix}/large.webp`, width: 1600, height: 100, alt: null },
        renditions: {
          large: { url: `${prefix}/large.webp`, width: 1600, height: 100 },
          thumb: { url: `${prefix}/thumb.webp`, width: 400, height: 100 },
        },
      },
    ]);
  });

  it('shows the first rendition where none is called large, and keeps addresses when the domain changes', async () => {
    const { database, ids } = await queuedImages(2);
    const elsewhere = (imageId: number): ImageOutcome => ({
      imageId,
      attempt: 1,
      firstByteMilliseconds: null,
      status: 'converted',
      etag: null,
      lastModified: null,
      sourceSha256: '0'.repeat(64),
      baseUrl: 'https://new.example',
      objectKey: 'acme/h1',
      renditions: {
        square: [5, 6, 7],
      },
    });
    await record(database, convertedTo(ids[0] ?? 0));
    await record(database, elsewhere(ids[1] ?? 0));
    const [product] = await database.select({ images: productCatalog.images }).from(productCatalog);
    const shown = product?.images.sort((a, b) => (a.url < b.url ? -1 : 1));
    expect(shown).toMatchObject([
      { url: 'https://images.example/acme/h1/large.webp' },
      { url: 'https://new.example/acme/h1/square.webp', width: 5, height: 6 },
    ]);
  });

  it('writes one row version per image, on its page and into no index', async () => {
    const { database, ids } = await queuedImages(30);
    // The test's own update has left its old versions on the pages.
    await database.execute('vacuum images');
    const before = await countUpdates(database);
    await record(database, ...ids.map((id) => convertedTo(id)));
    const after = await countUpdates(database);
    expect({ all: after.all - before.all, hot: after.hot - before.hot }).toEqual({ all: 30, hot: 30 });
  });

  it('notes the objects that a newer version replaces, for a sweep to remove after the grace period', async () => {
    const { database, id } = await queuedImages();
    await record(database, convertedTo(id));
    await database.update(images).set({ status: 'queued', claimedAt: new Date() });
    await record(database, convertedTo(id, 'h2', 2));
    const [replaced, ...others] = await database.select().from(replacedObjects);
    expect(others).toEqual([]);
    expect(replaced).toMatchObject({ objectKey: 'acme/h1', keys: ['acme/h1/thumb.webp', 'acme/h1/large.webp'] });
    expect(replaced?.removeAfter.getTime()).toBeGreaterThan(Date.now() + 30 * 24 * 3_600_000);
  });

  it.each([
    { status: 'postponed' as const, firstByteMilliseconds: null, retryAfterSeconds: 30 },
    { status: 'crashed' as const, error: 'HostOnHold', cause: '{}' },
  ])('leaves an image that is $status for its host’s sake to its import, without an attempt', async (outcome) => {
    const { database, id } = await queuedImages();
    const before = await read(database, id);
    await record(database, { imageId: id, attempt: 1, ...outcome });
    expect(await read(database, id)).toEqual(before);
  });

  it('makes a postponed image from the queue due again, without an attempt', async () => {
    const { database, id } = await queuedImages();
    await database.update(images).set({ importId: null, nextAttemptAt: new Date() });
    const outcome = {
      imageId: id,
      attempt: 1,
      firstByteMilliseconds: null,
      status: 'postponed',
      retryAfterSeconds: 30,
    } as const;
    expect(await record(database, outcome)).toEqual({ converted: 0, failed: 0 });
    expect(await read(database, id)).toMatchObject({
      status: 'pending',
      attempts: 0,
      nextAttemptAt: new Date(now.getTime() + 30_000),
    });
  });

  it.each([
    { code: 'NOT_FOUND', attempt: 1, retryAfter: null, dueAfterHours: 2 },
    { code: 'NOT_FOUND', attempt: 5, retryAfter: null, dueAfterHours: 48 },
    { code: 'NOT_FOUND', attempt: 6, retryAfter: null, dueAfterHours: null },
    { code: 'RATE_LIMITED', attempt: 1, retryAfter: 6 * 3600, dueAfterHours: 6 },
    { code: 'UNSUPPORTED_FORMAT', attempt: 1, retryAfter: null, dueAfterHours: null },
  ])(
    'makes a $code of attempt $attempt due after $dueAfterHours h',
    async ({ code, attempt, retryAfter, dueAfterHours }) => {
      const { database, id } = await queuedImages();
      expect(await record(database, failedWith(id, code, attempt, retryAfter))).toEqual({ converted: 0, failed: 1 });
      expect(await read(database, id)).toMatchObject({
        status: 'failed',
        attempts: attempt,
        errorCode: code,
        errorMessage: `${code} happened`,
        claimedAt: null,
        nextAttemptAt: dueAfterHours === null ? null : new Date(now.getTime() + dueAfterHours * 3_600_000),
      });
    },
  );

  it('reads the code of an invocation that crashed', async () => {
    const { database, id } = await queuedImages();
    const cause = JSON.stringify({ errorType: 'ImageBlip', errorMessage: 'TIMEOUT: No answer within 20 s' });
    await record(database, { imageId: id, attempt: 1, status: 'crashed', error: 'ImageBlip', cause });
    expect(await read(database, id)).toMatchObject({ errorCode: 'TIMEOUT', errorMessage: 'No answer within 20 s' });
  });

  it('keeps the version converted before when a re-check fails, and when it finds nothing new', async () => {
    const { database, id } = await queuedImages();
    await record(database, convertedTo(id));
    await database.update(images).set({ status: 'queued', claimedAt: new Date() });
    await record(database, failedWith(id, 'NOT_FOUND', 2));
    expect(await read(database, id)).toMatchObject({ status: 'failed', attempts: 2, objectKey: 'acme/h1' });
    await record(database, { imageId: id, attempt: 3, firstByteMilliseconds: null, status: 'not_modified' });
    expect(await read(database, id)).toMatchObject({
      status: 'converted',
      attempts: 3,
      objectKey: 'acme/h1',
      errorCode: null,
    });
  });

  it('does not believe "not modified" about an image that was never converted', async () => {
    const { database, id } = await queuedImages();
    await record(database, { imageId: id, attempt: 1, firstByteMilliseconds: null, status: 'not_modified' });
    expect(await read(database, id)).toMatchObject({ status: 'queued' });
  });

  it.each([
    {
      title: 'a failure of the attempt that succeeded',
      first: convertedTo,
      second: (id: number) => failedWith(id),
      end: { status: 'converted', objectKey: 'acme/h1' },
    },
    {
      title: 'a failure of an earlier attempt than the success',
      first: (id: number) => convertedTo(id, 'h1', 3),
      second: (id: number) => failedWith(id, 'NOT_FOUND', 2),
      end: { status: 'converted', attempts: 3 },
    },
    {
      title: 'a second success of the same attempt with other bytes',
      first: convertedTo,
      second: (id: number) => convertedTo(id, 'h2'),
      end: { status: 'converted', objectKey: 'acme/h1' },
    },
    {
      title: 'a failure already recorded',
      first: (id: number) => failedWith(id, 'NOT_FOUND', 1),
      second: (id: number) => failedWith(id, 'TIMEOUT', 1),
      end: { status: 'failed', errorCode: 'NOT_FOUND' },
    },
  ])('ignores $title', async ({ first, second, end }) => {
    const { database, id } = await queuedImages();
    await record(database, first(id));
    const before = await read(database, id);
    await record(database, second(id));
    expect(await read(database, id)).toEqual(before);
    expect(before).toMatchObject(end);
  });

  it('takes a success that comes after a failure of the same attempt', async () => {
    const { database, id } = await queuedImages();
    await record(database, failedWith(id));
    await record(database, convertedTo(id));
    expect(await read(database, id)).toMatchObject({ status: 'converted', errorCode: null, nextAttemptAt: null });
  });

  it('records an image once that a batch holds as failed and as converted', async () => {
    const { database, id } = await queuedImages();
    expect(await record(database, convertedTo(id), failedWith(id))).toEqual({ converted: 1, failed: 0 });
    expect(await read(database, id)).toMatchObject({ status: 'converted' });
  });

  it('locks its rows in the order of ids, so that batches that share images do not deadlock', async () => {
    const { database, ids } = await queuedImages(10);
    const recorded = await database.transaction(async (transaction) => {
      await transaction.execute(sql`select from ${images} where ${images.id} = ${ids[0]} for update`);
      const recording = record(database, ...ids.toReversed().map((id) => failedWith(id)));
      const waiting = () =>
        database.execute(
          sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        );
      await expect.poll(async () => (await waiting()).length, { timeout: 20_000 }).toBe(1);
      const free = await database.execute(sql`select from ${images} for update skip locked`);
      expect(free).toHaveLength(9);
      return { recording };
    });
    expect(await recorded.recording).toEqual({ converted: 0, failed: 10 });
  });

  it('stores a message with characters that PostgreSQL has no room for', async () => {
    const { database, id } = await queuedImages();
    await record(database, { ...failedWith(id), message: 'bad\0header \ud800' });
    expect(await read(database, id)).toMatchObject({ errorMessage: 'bad\ufffdheader \ufffd' });
  });

  it('ends in the same state in whatever order, and how often, the outcomes of a batch arrive', async () => {
    const outcome = fc.record({ image: fc.nat(2), attempt: fc.integer({ min: 1, max: 3 }), ok: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(outcome, { minLength: 1, maxLength: 8 }), async (events) => {
        const { database, ids } = await queuedImages(3);
        for (const { image, attempt, ok } of [...events, ...events]) {
          const id = ids[image] ?? 0;
          await record(database, ok ? convertedTo(id, `h${attempt}`, attempt) : failedWith(id, 'NOT_FOUND', attempt));
        }
        for (const [index, id] of ids.entries()) {
          const own = events.filter(({ image }) => image === index);
          const lastSuccess = Math.max(0, ...own.filter(({ ok }) => ok).map(({ attempt }) => attempt));
          const last = Math.max(0, ...own.map(({ attempt }) => attempt));
          const row = await read(database, id);
          expect(row?.attempts).toBe(last);
          expect(row?.objectKey !== null).toBe(lastSuccess > 0);
          if (own.length === 0) expect(row?.status).toBe('queued');
          else if (lastSuccess === last) expect(row?.status).toBe('converted');
        }
      }),
      { numRuns: 10 },
    );
  });
});
