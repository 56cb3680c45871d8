import { eq, inArray, sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../../functions/shared/database.ts';
import { pageSize, sweepImages, sweepLimit } from '../../../functions/sweep-images/sweep-images.ts';
import { images, imports } from '../../../schema/index.ts';
import { type ImageItem, sweepResultSchema } from '../../../workflows/payloads.ts';
import { createTestDatabase } from '../../support/database.ts';
import { startImport } from '../../support/imports.ts';

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
const failed = { status: 'failed', errorCode: 'NOT_FOUND', errorMessage: 'Not there', attempts: 2 } as const;
const queued = { status: 'queued', nextAttemptAt: null } as const;

async function sweep(database: Database, refuse: (item: ImageItem) => boolean = () => false, dueWithinSeconds = 0) {
  const sent: ImageItem[] = [];
  const result = await sweepImages(
    {
      database,
      sendImages: async (items) => {
        sent.push(...items.filter((item) => !refuse(item)));
        return new Set(items.filter(refuse).map(({ imageId }) => imageId));
      },
    },
    { dueWithinSeconds },
  );
  expect(sweepResultSchema.parse(result)).toEqual(result);
  return { ...result, sent };
}

/** `count` images of an import with the given status, each in state `values`, due a second after one another. */
async function imagesOf(
  values: Partial<typeof images.$inferInsert>,
  owner: Partial<typeof imports.$inferInsert> = { status: 'completed' },
  count = 1,
) {
  const { database } = await createTestDatabase();
  const { import: registered } = await startImport(database);
  const { importId, supplierId } = registered;
  await database.update(imports).set(owner).where(eq(imports.id, importId));
  await database.execute(sql`
    insert into images (source_url_hash, source_url, supplier_id, host, import_id, next_attempt_at)
    select gen_random_uuid(), 'https://cdn.example/' || n, ${supplierId}, 'cdn.example', ${importId}, now() - make_interval(secs => n)
    from generate_series(1, ${count}) n`);
  if (Object.keys(values).length > 0) await database.update(images).set(values);
  return { database, importId };
}

describe('sweeping images', () => {
  it.each([
    { state: 'pending', values: {}, sent: 1 },
    { state: 'failed and due', values: { ...failed, nextAttemptAt: minutesAgo(1) }, sent: 1 },
    { state: 'failed and not yet due', values: { ...failed, nextAttemptAt: minutesAgo(-1) }, sent: 0 },
    { state: 'given up', values: { ...failed, nextAttemptAt: null }, sent: 0 },
    {
      state: 'converted',
      values: { status: 'converted' as const, url: 'u', objectKey: 'k', nextAttemptAt: null },
      sent: 0,
    },
    { state: 'claimed by an ended import just now', values: { ...queued, claimedAt: minutesAgo(5) }, sent: 0 },
    { state: 'claimed by an ended import long ago', values: { ...queued, claimedAt: minutesAgo(16) }, sent: 1 },
    { state: 'in the queue', values: { ...queued, importId: null, claimedAt: minutesAgo(170) }, sent: 0 },
    {
      state: 'in the queue for too long',
      values: { ...queued, importId: null, claimedAt: minutesAgo(190) },
      sent: 1,
    },
  ])('sends $sent message for an image that is $state', async ({ values, sent }) => {
    const { database } = await imagesOf(values);
    const result = await sweep(database);
    expect(result).toMatchObject({ queued: sent, released: 0 });
    expect(result.sent).toHaveLength(sent);
    if (sent === 0) return;
    expect(await database.select().from(images)).toMatchObject([
      { status: 'queued', importId: null, nextAttemptAt: null },
    ]);
  });

  it('sends the next attempt with its supplier', async () => {
    const { database } = await imagesOf({ ...failed, nextAttemptAt: minutesAgo(1) });
    const { sent } = await sweep(database);
    expect(sent).toMatchObject([{ attempt: 3, supplierCode: 'acme', sourceUrl: 'https://cdn.example/1' }]);
  });

  it.each([
    { owner: 'runs', startedAt: minutesAgo(60), sent: 0 },
    { owner: 'has been running for over six hours', startedAt: minutesAgo(361), sent: 2 },
  ])('sends $sent of the images of an import that $owner', async ({ startedAt, sent }) => {
    const { database } = await imagesOf({}, { status: 'running', startedAt }, 2);
    await database
      .update(images)
      .set({ ...queued, claimedAt: minutesAgo(60) })
      .where(eq(images.sourceUrl, 'https://cdn.example/1'));
    expect(await sweep(database)).toMatchObject({ queued: sent });
  });

  it('looks ahead when it is told to', async () => {
    const { database } = await imagesOf({ ...failed, nextAttemptAt: minutesAgo(-30) });
    expect(await sweep(database, undefined, 60)).toMatchObject({ queued: 0, waiting: 1 });
    expect(await sweep(database, undefined, 3600)).toMatchObject({ queued: 1, waiting: 0 });
  });

  it('gives back what the queue refused, as it was', async () => {
    const { database } = await imagesOf({ ...failed, nextAttemptAt: minutesAgo(1) }, undefined, 3);
    const before = await database.select().from(images).orderBy(images.id);
    const result = await sweep(database, ({ sourceUrl }) => sourceUrl !== 'https://cdn.example/2');
    expect(result).toMatchObject({ queued: 1, released: 2, waiting: 2 });
    const after = await database.select().from(images).orderBy(images.id);
    const [first, second, third] = after.map((row, index) => ({
      ...row,
      updatedAt: before[index]?.updatedAt,
    }));
    expect([first, third]).toEqual([before[0], before[2]]);
    expect(second).toMatchObject({ status: 'queued' });
    expect(await sweep(database)).toMatchObject({ queued: 2 });
  });

  it('loses nothing when it dies between claim and send', async () => {
    const { database } = await imagesOf({}, undefined, 3);
    const dying = sweepImages(
      { database, sendImages: () => Promise.reject(new Error('killed')) },
      { dueWithinSeconds: 0 },
    );
    await expect(dying).rejects.toThrow('killed');
    expect(await sweep(database)).toMatchObject({ queued: 0 });
    await database.update(images).set({ claimedAt: minutesAgo(190) });
    expect(await sweep(database)).toMatchObject({ queued: 3 });
  });

  it('sends the longest due first and no more than its limit', async () => {
    const { database } = await imagesOf({}, undefined, sweepLimit + 10);
    const { queued: count, waiting, sent } = await sweep(database);
    expect({ count, waiting }).toEqual({ count: sweepLimit, waiting: 10 });
    // The image numbered n has been due for n seconds.
    const numbers = sent.map(({ sourceUrl }) => Number(sourceUrl.split('/').at(-1)));
    expect(Math.min(...numbers)).toBe(11);
    expect(Math.min(...numbers.slice(0, pageSize))).toBe(sweepLimit + 10 - pageSize + 1);
  });

  it('shares the work with another sweep at the same time', async () => {
    const { database } = await imagesOf({}, undefined, 3 * pageSize);
    const results = await Promise.all([sweep(database), sweep(database), sweep(database)]);
    const ids = results.flatMap(({ sent }) => sent.map(({ imageId }) => imageId));
    expect(new Set(ids).size).toBe(ids.length);
    const left = await database.$count(images, inArray(images.status, ['pending']));
    expect(ids.length + left).toBe(3 * pageSize);
    expect((await sweep(database)).queued).toBe(left);
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
});
