import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { images, imports } from '../../../schema/index.ts';
import { freeLanes, imagesOf, insertImages, minutesAgo, queued, sweep } from './sweeps.ts';

describe('sweeping the images of an import that ended or went silent', () => {
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
});
