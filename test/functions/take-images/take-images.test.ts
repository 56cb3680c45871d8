import { eq, inArray } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../../functions/shared/database/database.ts';
import { returnLanes, takeLanes } from '../../../functions/shared/hosts/host-lanes.ts';
import { mostTakes } from '../../../functions/take-images/take-images.ts';
import { hostLanes, imageHosts, images, imports, suppliers } from '../../../schema/index.ts';
import { noTakeYet } from '../../../workflows/payloads/images.ts';
import { createTestDatabase } from '../../support/database.ts';
import { startImport } from '../../support/imports.ts';
import { laneLimits, type Take, take } from '../../support/takes.ts';
import { host, insertImages } from './difficult-hosts.ts';

const converted = {
  status: 'converted',
  storeId: 1,
  objectKey: 'acme/x',
  renditions: {},
  nextAttemptAt: null,
} as const;

/** A running import that owes so many images of each host. */
async function importOf(hosts: Record<string, number>, path = '') {
  const { database } = await createTestDatabase();
  const { import: registered } = await startImport(database);
  await insertImages(database, registered, hosts, path);
  return { database, registered };
}

const itemsOf = ({ lines }: Take) => lines.flatMap(({ Items }) => Items);
const finish = (database: Database, taken: Take) =>
  database
    .update(images)
    .set(converted)
    .where(
      inArray(
        images.id,
        itemsOf(taken).map(({ imageId }) => imageId),
      ),
    );

describe('a Take', () => {
  it('hands out what its lanes convert, in batches that get smaller, each to be begun in time', async () => {
    const { database, registered } = await importOf({ [host]: 1000 });
    const taken = await take(database, registered, [host]);
    expect(taken).toMatchObject({ takes: 1, waits: 0, lanes: 8, waitSeconds: 0, batches: taken.lines.length });
    expect(taken.key).toBe(`imports/${registered.importId}/images/1/00001/00001.jsonl`);
    const sizes = taken.lines.map(({ Items }) => Items.length);
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    expect(sizes.reduce((total, size) => total + size)).toBe(25);
    for (const { takenAt, holder, Items } of taken.lines) {
      expect({ holder, fresh: Math.abs(takenAt - Date.now()) < 10_000 }).toEqual({ holder: null, fresh: true });
      for (const { notAfter } of Items) expect(notAfter).toBe(takenAt + 36_000);
    }
  });

  it('run again takes the same images, in the lanes of the first', async () => {
    const { database, registered } = await importOf({ [host]: 500 });
    const first = await take(database, registered, [host]);
    const again = await take(database, registered, [host]);
    expect(itemsOf(again).map(({ imageId }) => imageId)).toEqual(itemsOf(first).map(({ imageId }) => imageId));
    expect(await database.select().from(hostLanes)).toMatchObject([{ lanes: 8 }]);
  });

  it('follows another until nothing is owed, and then gives the lanes back', async () => {
    const { database, registered } = await importOf({ [host]: 300 });
    const takes: number[] = [];
    let taken = await take(database, registered, [host]);
    while (taken.batches > 0) {
      takes.push(itemsOf(taken).length);
      await finish(database, taken);
      taken = await take(database, registered, [host], { before: taken });
    }
    expect(takes).toEqual([25, 25, 25, 25, 25, 25, 25, 25, 100]);
    expect(taken).toMatchObject({ takes: 10, batches: 0, waitSeconds: 0 });
    expect(await database.$count(hostLanes)).toBe(0);
  });

  it('is of all hosts of a group, none of which gets more batches than it has lanes', async () => {
    const { database, registered } = await importOf({ 'a.example': 30, 'b.example': 3, 'c.example': 2 });
    const taken = await take(database, registered, ['a.example', 'b.example', 'c.example']);
    expect(itemsOf(taken)).toHaveLength(35);
    expect(taken.lanes).toBe(taken.batches);
    const lanes = await database.select().from(hostLanes);
    for (const { host, lanes: granted } of lanes) {
      const own = taken.lines.filter(({ Items }) => Items.some(({ sourceUrl }) => new URL(sourceUrl).host === host));
      expect(own.length).toBeLessThanOrEqual(granted);
    }
  });

  it('waits for a host on hold as long as that says, and works on the others of its group meanwhile', async () => {
    const { database, registered } = await importOf({ 'held.example': 10, 'free.example': 10 });
    const holdUntil = new Date(Date.now() + 30_000);
    await database.insert(imageHosts).values({ host: 'held.example', concurrency: 8, holdUntil });
    const hosts = ['held.example', 'free.example'];
    const first = await take(database, registered, hosts);
    expect(new Set(itemsOf(first).map(({ sourceUrl }) => new URL(sourceUrl).host))).toEqual(new Set(['free.example']));
    await finish(database, first);
    const second = await take(database, registered, hosts, { before: first });
    expect(second).toMatchObject({ batches: 0, waits: 1 });
    expect(second.waitSeconds).toBeGreaterThan(25);
    expect(second.waitSeconds).toBeLessThanOrEqual(30);
  });

  it('leaves a host that bans for an hour to the sweeps', async () => {
    const { database, registered } = await importOf({ [host]: 10 });
    await database.insert(imageHosts).values({ host, concurrency: 8, holdUntil: new Date(Date.now() + 3_600_000) });
    expect(await take(database, registered, [host])).toMatchObject({ batches: 0, waitSeconds: 0 });
    expect(await database.$count(hostLanes)).toBe(0);
  });

  it('waits longer and longer for lanes that others have, for as long as it takes', async () => {
    const { database, registered } = await importOf({ [host]: 10 });
    await database.insert(imageHosts).values({ host, concurrency: 1 });
    const lane = { host, lanes: 1, wanted: 1, expiresAt: new Date(Date.now() + 60_000) };
    await database.insert(hostLanes).values({ ...lane, holder: 'message 1' });
    const waits: number[] = [];
    let taken = await take(database, registered, [host]);
    for (let wait = 0; wait < 5; wait += 1) {
      waits.push(taken.waitSeconds);
      taken = await take(database, registered, [host], { before: taken });
    }
    expect(waits).toEqual([5, 8, 11, 17, 20]);
    await database.delete(hostLanes).where(eq(hostLanes.holder, 'message 1'));
    expect(await take(database, registered, [host], { before: taken })).toMatchObject({ lanes: 1, waits: 0 });
  });

  it('is the last of its child before the history is full', async () => {
    const { database, registered } = await importOf({ [host]: 10 });
    const before = { ...noTakeYet, takes: mostTakes };
    expect(await take(database, registered, [host], { before })).toMatchObject({ batches: 0, waitSeconds: 0 });
  });

  it('sends no more requests at once than the supplier allows', async () => {
    const { database, registered } = await importOf({ [host]: 400 });
    await database.update(suppliers).set({ imageSettings: { maxConcurrency: 1 } });
    expect(await take(database, registered, [host])).toMatchObject({ lanes: 1 });
  });

  it('keeps batches far below what a state may hold, however long the URLs are', async () => {
    const { database, registered } = await importOf({ [host]: 200 }, 'x'.repeat(4000));
    const taken = await take(database, registered, [host]);
    for (const batch of taken.lines) expect(Buffer.byteLength(JSON.stringify(batch))).toBeLessThan(130_000);
    expect(itemsOf(taken)).toHaveLength(25);
  });

  it('says that the import is alive, and makes it running again where it is redriven', async () => {
    const { database, registered } = await importOf({ [host]: 10 });
    const old = new Date(Date.now() - 3_600_000);
    await database.update(imports).set({ heartbeatAt: old, status: 'failed', finishedAt: old, error: 'Aborted' });
    await take(database, registered, [host]);
    const [row] = await database.select().from(imports);
    expect(row).toMatchObject({ status: 'running', error: null, finishedAt: null });
    expect(row?.heartbeatAt.getTime()).toBeGreaterThan(Date.now() - 60_000);
  });

  it('does not believe a function in flight of an import that has just ended', async () => {
    const { database, registered } = await importOf({ [host]: 10 });
    await database.update(imports).set({ status: 'failed', finishedAt: new Date() });
    await take(database, registered, [host]);
    expect(await database.select().from(imports)).toMatchObject([{ status: 'failed' }]);
  });
});

describe('two imports and a sweep that want one host', () => {
  it('have no more lanes together than it bears, no image twice, and each its turn', async () => {
    const { database, registered } = await importOf({ [host]: 900 });
    const { import: other } = await startImport(database, { key: 'bolt/b.csv' });
    await insertImages(database, other, { [host]: 900 }, '?other');
    const taken: number[] = [];
    const turns = { one: 0, two: 0, queue: 0 };
    const queue = () => takeLanes(database, 'queue', [{ host, images: 300, limit: 64 }], laneLimits);
    let one = await take(database, registered, [host]);
    let two = await take(database, other, [host]);
    for (let round = 0; round < 100 && one.batches + two.batches + one.waitSeconds + two.waitSeconds > 0; round += 1) {
      const swept = await queue();
      const [held] = await database.execute<{ lanes: number }>('select sum(lanes)::int as lanes from host_lanes');
      expect(held?.lanes ?? 0).toBeLessThanOrEqual(8);
      if (one.batches > 0) turns.one += 1;
      if (two.batches > 0) turns.two += 1;
      if (swept.grants.length > 0) turns.queue += 1;
      for (const last of [one, two]) {
        taken.push(...itemsOf(last).map(({ imageId }) => imageId));
        if (last.batches > 0) await finish(database, last);
      }
      // Its messages are done a round later.
      await returnLanes(
        database,
        swept.grants.flatMap(({ holders }) => holders),
      );
      one = await take(database, registered, [host], { before: one });
      two = await take(database, other, [host], { before: two });
    }
    expect(new Set(taken).size).toBe(taken.length);
    expect(taken).toHaveLength(1800);
    for (const turn of Object.values(turns)) expect(turn).toBeGreaterThan(0);
  });
});
