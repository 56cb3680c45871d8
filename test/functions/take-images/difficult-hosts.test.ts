import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { releaseImages } from '../../../functions/shared/images/image-ownership.ts';
import { hostLanes, imageHosts, images, imports, suppliers } from '../../../schema/index.ts';
import { createTestDatabase } from '../../support/database.ts';
import { startImport } from '../../support/imports.ts';
import { take } from '../../support/takes.ts';
import { convertHost, type Host, host, insertImages, statuses } from './difficult-hosts.ts';

/** A running import that owes so many images of the host. */
async function importOf(count: number, maxConcurrency?: number) {
  const { database } = await createTestDatabase();
  const { import: registered } = await startImport(database);
  if (maxConcurrency !== undefined) await database.update(suppliers).set({ imageSettings: { maxConcurrency } });
  await insertImages(database, registered, { [host]: count });
  return { database, registered };
}

const good: Host = () => ({ status: 200 });
const rationing: Host = (request) => (request % 3 === 0 ? { status: 429, retryAfterSeconds: 20 } : { status: 200 });

describe('an import from a difficult host', () => {
  it('that refuses every third request for 20 s: nothing is left, no hold is longer, and the pace is what it bears', async () => {
    const { database, registered } = await importOf(90);
    const run = await convertHost(database, registered, rationing);
    expect(await statuses(database)).toEqual({ converted: 90 });
    expect(Math.max(...run.served.values())).toBe(1);
    // Those that were on their way when the host said so: of 8 lanes, of 4, and of 2.
    expect(run.tooEarly).toBeLessThanOrEqual(7 + 3 + 1);
    expect(Math.max(...run.waits)).toBeLessThanOrEqual(20);
    expect(await database.select().from(imageHosts)).toMatchObject([{ concurrency: 1 }]);
    // Two images every 20 s are what it gives.
    expect(run.seconds).toBeLessThan((90 / 2) * 22);
  });

  it('that resets every tenth connection: nothing is refused by it, and nothing is fetched twice', async () => {
    const { database, registered } = await importOf(400);
    const run = await convertHost(database, registered, (request) =>
      request % 10 === 0 ? { status: 'reset' } : { status: 200 },
    );
    expect(await statuses(database)).toEqual({ converted: 400 });
    expect(Math.max(...run.served.values())).toBe(1);
    expect(run.requests).toBe(400 + Math.floor(run.requests / 10));
    expect(run.most).toBeGreaterThan(8);
  });

  it('that is fast for a minute and then bans for an hour: the rest is the sweeps’, and nothing is asked for before', async () => {
    const { database, registered } = await importOf(5000);
    const run = await convertHost(database, registered, (_, seconds) =>
      seconds < 60 ? { status: 200 } : { status: 429, retryAfterSeconds: 3600 },
    );
    const { converted = 0, ...left } = await statuses(database);
    expect(converted).toBe(run.served.size);
    expect(run.tooEarly).toBeLessThan(64);
    expect(run.waits).toEqual([]);
    // Those that were told so have failed, and are due in hours.
    const failed = run.requests - run.served.size;
    expect(left).toEqual({ failed, pending: 5000 - converted - failed });
    expect(await releaseImages(database, registered.importId)).toBe(left.pending);
  });

  it('that refuses everything: it is left alone after some tries', async () => {
    const { database, registered } = await importOf(200);
    const run = await convertHost(database, registered, () => ({ status: 429, retryAfterSeconds: 10 }));
    expect(run.requests).toBeLessThan(40);
    expect(await statuses(database)).toEqual({ pending: 200 });
    expect(await database.$count(hostLanes)).toBe(0);
  });

  it('of a supplier that allows one request at once: one lane, whatever the host bears', async () => {
    const { database, registered } = await importOf(150, 1);
    const run = await convertHost(database, registered, good);
    expect(run).toMatchObject({ requests: 150, most: 1, tooEarly: 0 });
    expect(await statuses(database)).toEqual({ converted: 150 });
  });

  it('each of whose Takes is run twice: no image is fetched twice, and the lanes are no more', async () => {
    const { database, registered } = await importOf(300);
    const runs: number[] = [];
    const run = await convertHost(database, registered, good, async (taken) => {
      const again = await take(database, registered, [host], { before: { ...taken, takes: taken.takes - 1 } });
      runs.push(again.takes - taken.takes);
      return again;
    });
    expect(new Set(runs)).toEqual(new Set([0]));
    expect(run.requests).toBe(300);
    expect(await statuses(database)).toEqual({ converted: 300 });
  });

  it('that is stopped by a person in the middle and dropped again: the second goes on where the first was', async () => {
    const { database, registered } = await importOf(300);
    const first = await take(database, registered, [host]);
    // Its batches are not recorded; "Fail import" frees what it holds.
    expect(first.batches).toBeGreaterThan(0);
    await database.update(imports).set({ status: 'failed', finishedAt: new Date() });
    await releaseImages(database, registered.importId);
    expect(await database.$count(hostLanes)).toBe(0);
    const { import: again } = await startImport(database, { uploadedAt: '2026-03-01T13:00:00.000Z' });
    await database
      .update(images)
      .set({ importId: again.importId, nextAttemptAt: null })
      .where(eq(images.importId, registered.importId));
    const run = await convertHost(database, again, good);
    expect(run).toMatchObject({ requests: 300 });
    expect(run.most).toBeLessThanOrEqual(32);
    expect(await statuses(database)).toEqual({ converted: 300 });
  });
});
