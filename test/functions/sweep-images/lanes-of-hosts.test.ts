import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { sweepAgainSeconds } from '../../../functions/sweep-images/messages.ts';
import { hostLanes, imageHosts, suppliers } from '../../../schema/index.ts';
import { forSeconds, imagesOf, insertImages, minutesAgo, sweep } from './sweeps.ts';

describe('messages of a sweep by host', () => {
  it.each([
    [2.5, 2],
    [0, 1],
    [1e12, 8],
  ])('allows a host with maxConcurrency %d messages: %d', async (maxConcurrency, messages) => {
    const { database } = await imagesOf({}, undefined, 170);
    await database.update(suppliers).set({ imageSettings: { maxConcurrency } });
    expect((await sweep(database)).batches).toHaveLength(messages);
  });

  it('lets no backlog of one host, nor one on hold, take the turn of the others', async () => {
    const { database, importId, supplierId } = await imagesOf({}, undefined, 11_000);
    await insertImages(database, { importId, supplierId }, 300, 'held.example');
    await database.execute(sql`update images set next_attempt_at = now() - interval '1 day'`);
    const holdUntil = minutesAgo(-10);
    await database.insert(imageHosts).values({ host: 'held.example', concurrency: 8, holdUntil });
    await insertImages(database, { importId, supplierId }, 30, 'small.example');
    const { queued: count, due, batches } = await sweep(database);
    expect({ count, due }).toEqual({ count: 8 * 30 + 30, due: 11_000 - 240 + 300 });
    const small = batches.flatMap(({ Items }) => Items.filter(({ sourceUrl }) => sourceUrl.includes('small')));
    expect(small).toHaveLength(30);
  }, 30_000);

  it('takes the longest due of a host, as many as it has lanes for, and every host its own', async () => {
    const { database, importId, supplierId } = await imagesOf({}, undefined, 1000);
    await insertImages(database, { importId, supplierId }, 30, 'slow.example');
    await database.insert(imageHosts).values({ host: 'slow.example', concurrency: 1 });
    const { queued: count, waiting, batches } = await sweep(database);
    expect({ count, waiting }).toEqual({ count: 8 * 30 + 30, waiting: 760 });
    const ofHost = (host: string) => batches.filter(({ Items }) => Items[0]?.sourceUrl.includes(host));
    expect([ofHost('cdn.example').length, ofHost('slow.example').length]).toEqual([8, 1]);
    // The image numbered n has been due for n seconds.
    const numbers = ofHost('cdn.example').flatMap(({ Items }) =>
      Items.map(({ sourceUrl }) => Number(sourceUrl.split('/').at(-1))),
    );
    expect(Math.min(...numbers)).toBe(1000 - 240 + 1);
  });

  it('leaves hosts on hold, and hosts whose lanes are taken, to the next', async () => {
    const { database, importId, supplierId } = await imagesOf({}, undefined, 5);
    await insertImages(database, { importId, supplierId }, 5, 'held.example');
    const holdUntil = minutesAgo(-10);
    await database.insert(imageHosts).values({ host: 'held.example', concurrency: 8, holdUntil });
    const first = await sweep(database);
    expect(first).toMatchObject({ due: 5, waitSeconds: sweepAgainSeconds });
    expect(first.sent.map(({ sourceUrl }) => new URL(sourceUrl).host)).toEqual(Array(5).fill('cdn.example'));
    expect(await sweep(database)).toMatchObject({ queued: 0, waiting: 5 });
    // The execution ends before the host may be asked.
    expect(await sweep(database, { elapsed: forSeconds - 500 })).toMatchObject({ due: 0, waiting: 5, waitSeconds: 0 });
  });

  it('has no more messages in the queue than keep its consumers busy', async () => {
    const { database, importId, supplierId } = await imagesOf({}, undefined, 0);
    for (let host = 0; host < 30; host += 1) {
      await insertImages(database, { importId, supplierId }, 400, `h${host}.example`);
    }
    expect((await sweep(database)).batches).toHaveLength(4 * 50);
    expect((await sweep(database)).batches).toHaveLength(0);
  }, 30_000);

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
    expect(ids.length).toBe(240 + 300);
    const counts = await database.execute<{ host: string; lanes: number }>(
      'select host, sum(lanes)::int as lanes from host_lanes group by host',
    );
    for (const { lanes } of counts) expect(lanes).toBeLessThanOrEqual(8);
  });
});
