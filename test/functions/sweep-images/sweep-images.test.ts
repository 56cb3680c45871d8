import { eq, sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { sweepAgainSeconds } from '../../../functions/sweep-images/messages.ts';
import { sweepImages } from '../../../functions/sweep-images/sweep-images.ts';
import { images } from '../../../schema/index.ts';
import { imageBatchSchema } from '../../../workflows/payloads/images.ts';
import { failed, forSeconds, freeLanes, imagesOf, minutesAgo, queued, settings, sweep } from './sweeps.ts';

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

  it('looks ahead when it is told to', async () => {
    const { database } = await imagesOf({ ...failed, nextAttemptAt: minutesAgo(-30) });
    expect(await sweep(database, { dueWithinSeconds: 60 })).toMatchObject({ queued: 0, waiting: 1 });
    expect(await sweep(database, { dueWithinSeconds: 3600 })).toMatchObject({ queued: 1, waiting: 0 });
  });

  it('tries once what it looks ahead to, and again what is due', async () => {
    const { database } = await imagesOf({ ...failed, nextAttemptAt: minutesAgo(-30) }, undefined, 3);
    const dueWithinSeconds = 3 * 3600;
    const { result: swept } = await sweep(database, { dueWithinSeconds });
    await freeLanes(database);
    // All of them fail again.
    await database.update(images).set({ status: 'failed', nextAttemptAt: minutesAgo(-120), updatedAt: sql`now()` });
    const next = { dueWithinSeconds, swept, elapsed: 20 };
    expect(await sweep(database, next)).toMatchObject({ queued: 3, due: 0, waitSeconds: 0, sent: [] });
    await database.update(images).set({ nextAttemptAt: minutesAgo(0) });
    expect(await sweep(database, next)).toMatchObject({ queued: 6 });
  });

  it('adds up what the runs of an execution do, and puts back and lists once', async () => {
    const { database } = await imagesOf({ ...failed, nextAttemptAt: null }, undefined, 400);
    const asked = { retryFailed: {}, untracked: { supplier: null } };
    const { result: first } = await sweep(database, asked);
    expect(first).toMatchObject({ queued: 240, retried: 400, untracked: 7, due: 160, waitSeconds: sweepAgainSeconds });
    await freeLanes(database);
    const givenUp = { status: 'failed', nextAttemptAt: null } as const;
    await database.update(images).set(givenUp).where(eq(images.status, 'queued'));
    const { result: second } = await sweep(database, { ...asked, swept: first });
    expect(second).toMatchObject({ queued: 400, retried: 400, untracked: 7, due: 0, waitSeconds: 0 });
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
      { asked: {}, startedAt: new Date().toISOString(), forSeconds: 0 },
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

  it.each([
    { elapsed: 60, due: 760, waitSeconds: sweepAgainSeconds },
    { elapsed: forSeconds - 10, due: 760, waitSeconds: 0 },
  ])('goes on after $waitSeconds s where images are due $elapsed s after its start', async ({ elapsed, ...rest }) => {
    const { database } = await imagesOf({}, undefined, 1000);
    expect(await sweep(database, { elapsed })).toMatchObject({ ...rest, queued: 240 });
  });

  it('ends where nothing is due', async () => {
    const { database } = await imagesOf({}, undefined, 20);
    expect(await sweep(database)).toMatchObject({ queued: 20, due: 0, waitSeconds: 0 });
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
