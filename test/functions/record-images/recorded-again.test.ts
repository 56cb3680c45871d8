import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { images } from '../../../schema/index.ts';
import { convertedTo, failedWith, queuedImages, read, record } from './records.ts';

describe('recording several outcomes of one image', () => {
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
