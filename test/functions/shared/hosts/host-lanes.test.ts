import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../../../functions/shared/database/database.ts';
import { importHolder, type LaneHolder, type LaneLimits } from '../../../../functions/shared/hosts/decide-lanes.ts';
import { returnLanes, takeLanes } from '../../../../functions/shared/hosts/host-lanes.ts';
import { hostLanes, hostObservations, imageHosts } from '../../../../schema/index.ts';
import { createTestDatabase } from '../../../support/database.ts';
import { startImport } from '../../../support/imports.ts';
import { laneLimits } from '../../../support/takes.ts';

const host = 'cdn.example';
type Holder = Exclude<LaneHolder, 'queue'>;

/** A database with running imports of these suppliers. */
async function importsOf(...suppliers: string[]) {
  const { database } = await createTestDatabase();
  const holders: Holder[] = [];
  for (const [index, supplier] of suppliers.entries()) {
    const { import: registered } = await startImport(database, { key: `${supplier}/${index}.csv` });
    holders.push({ importId: registered.importId, supplierId: registered.supplierId });
  }
  const [a, b, c] = holders;
  if (!a || !b || !c) throw new Error('three imports are needed');
  return { database, a, b, c };
}

type Asked = { images?: number; limit?: number; at?: string; limits?: Partial<LaneLimits> };
async function ask(database: Database, holder: LaneHolder, asked: Asked = {}): Promise<number> {
  const { images = 10_000, limit = 64, at = host, limits = {} } = asked;
  const demand = { host: at, images, limit };
  const { grants } = await takeLanes(database, holder, [demand], { ...laneLimits, ...limits });
  return grants[0]?.lanes ?? 0;
}

const lanesOf = async (database: Database) => {
  const [counted] = await database.execute<{ lanes: number }>(
    'select coalesce(sum(lanes), 0)::int as lanes from host_lanes',
  );
  return counted?.lanes;
};

/** What a batch of lanes granted at the last time has seen. */
async function observe(database: Database, values: Partial<typeof hostObservations.$inferInsert> = {}) {
  const seen = { requests: 100, rateLimited: 0, unavailable: 0, firstByteMilliseconds: 100, imageMilliseconds: 600 };
  await database.insert(hostObservations).values({ host, takenAt: new Date(Date.now() + 1000), ...seen, ...values });
}

const paced = (database: Database, concurrency: number, values: Partial<typeof imageHosts.$inferInsert> = {}) =>
  database.insert(imageHosts).values({ host, concurrency, ...values });

describe('the lanes of a host', () => {
  it('are as many as its images are worth, up to its pace', async () => {
    const { database, a } = await importsOf('acme', 'bolt', 'cord');
    expect(await ask(database, a, { images: 4 })).toBe(1);
    expect(await ask(database, a, { images: 15 })).toBe(3);
    expect(await ask(database, a)).toBe(8);
    expect(await lanesOf(database)).toBe(8);
  });

  it('are never more than the host bears, whoever asks how often at once', async () => {
    const { database, a, b, c } = await importsOf('acme', 'bolt', 'cord');
    const holders: LaneHolder[] = [a, b, c, 'queue', 'queue', a, b, c, 'queue', a];
    await Promise.all(holders.map((holder) => ask(database, holder)));
    expect(await lanesOf(database)).toBeLessThanOrEqual(8);
  });

  it('are shared by imports that want the same host, within some Takes', async () => {
    const { database, a, b, c } = await importsOf('acme', 'bolt', 'cord');
    expect(await ask(database, a)).toBe(8);
    expect(await ask(database, b)).toBe(0);
    // Its next Take takes no more than its share, so that the import that waits has the rest.
    expect(await ask(database, a)).toBe(4);
    expect(await ask(database, b)).toBe(4);
    expect(await ask(database, c)).toBe(0);
    expect(await ask(database, a)).toBe(2);
    expect(await ask(database, c)).toBe(2);
    await returnLanes(database, [importHolder(a.importId), importHolder(c.importId)]);
    expect(await ask(database, b)).toBe(8);
  });

  it('are shared with the queue, whose messages keep theirs', async () => {
    const { database, a } = await importsOf('acme', 'bolt', 'cord');
    expect(await ask(database, 'queue')).toBe(8);
    expect(await ask(database, a)).toBe(0);
    expect(await ask(database, 'queue')).toBe(0);
    const [message] = await database.select().from(hostLanes).where(sql`holder like 'message %'`);
    await returnLanes(database, [message?.holder ?? '']);
    expect(await ask(database, a)).toBe(1);
  });

  it('are left to a sweep that waits', async () => {
    const { database, a } = await importsOf('acme', 'bolt', 'cord');
    expect(await ask(database, a)).toBe(8);
    expect(await ask(database, 'queue')).toBe(0);
    expect(await ask(database, a)).toBe(4);
    expect(await ask(database, 'queue')).toBe(4);
  });

  it('go round where the host bears but one', async () => {
    const { database, a, b, c } = await importsOf('acme', 'bolt', 'cord');
    await paced(database, 1);
    expect([await ask(database, a), await ask(database, b), await ask(database, c)]).toEqual([1, 0, 0]);
    expect([await ask(database, a), await ask(database, b), await ask(database, c)]).toEqual([0, 1, 0]);
    expect([await ask(database, a), await ask(database, b), await ask(database, c)]).toEqual([0, 0, 1]);
    expect(await ask(database, a)).toBe(0);
  });

  it('go first to a small import, and to a large one that has waited a minute longer', async () => {
    const { database, a, b, c } = await importsOf('acme', 'bolt', 'cord');
    await paced(database, 1);
    const few = { images: 5 };
    expect([await ask(database, a), await ask(database, b), await ask(database, c, few)]).toEqual([1, 0, 0]);
    const cord = importHolder(c.importId);
    const waits = (seconds: number) =>
      database.execute(sql`update host_lanes set waiting_since = waiting_since + make_interval(secs => ${seconds})
        where holder = ${cord}`);
    // a is done; b asked first, c has less to do.
    await returnLanes(database, [importHolder(a.importId)], [host]);
    expect([await ask(database, b), await ask(database, c, few)]).toEqual([0, 1]);
    await returnLanes(database, [cord], [host]);
    expect(await ask(database, a)).toBe(0);
    expect(await ask(database, c, few)).toBe(0);
    await waits(60);
    expect([await ask(database, c, few), await ask(database, b)]).toEqual([0, 1]);
  });

  it('are limited for all imports of a supplier together', async () => {
    const { database, a, b, c } = await importsOf('acme', 'acme', 'cord');
    expect(await ask(database, a, { limit: 3 })).toBe(3);
    expect(await ask(database, b, { limit: 3 })).toBe(0);
    expect(await ask(database, c)).toBeGreaterThan(0);
  });

  it('may grow beyond the setting where a supplier says so', async () => {
    const { database, a } = await importsOf('acme', 'bolt', 'cord');
    await paced(database, 64, { inUse: 64, bestMilliseconds: 100 });
    await observe(database, { requests: 1000 });
    expect(await ask(database, a, { limit: 100 })).toBe(100);
    expect(await ask(database, a)).toBe(64);
  });

  it('are no more over all hosts than Lambda has, and shared where that is less than the hosts bear', async () => {
    const { database, a, b } = await importsOf('acme', 'bolt', 'cord');
    const limits = { mostLanes: 10 };
    expect(await ask(database, a, { limits })).toBe(8);
    expect(await ask(database, b, { limits, at: 'other.example' })).toBe(2);
    expect(await ask(database, a, { limits })).toBe(5);
    expect(await ask(database, b, { limits, at: 'other.example' })).toBe(5);
  });

  it('come back when their time is over', async () => {
    const { database, a, b } = await importsOf('acme', 'bolt', 'cord');
    await ask(database, a);
    await database.update(hostLanes).set({ expiresAt: new Date(Date.now() - 1000) });
    expect(await ask(database, b)).toBe(8);
  });

  it('are none while the host is on hold', async () => {
    const { database, a } = await importsOf('acme', 'bolt', 'cord');
    await paced(database, 8, { holdUntil: new Date(Date.now() + 9000) });
    const { grants, holdSeconds } = await takeLanes(database, a, [{ host, images: 100, limit: 8 }], laneLimits);
    expect({ grants, holdSeconds }).toEqual({ grants: [], holdSeconds: 9 });
  });
});

describe('the pace of a host', () => {
  it('follows what the batches have seen, once', async () => {
    const { database, a } = await importsOf('acme', 'bolt', 'cord');
    expect(await ask(database, a)).toBe(8);
    await observe(database, { requests: 10 });
    await observe(database, { requests: 90 });
    expect(await ask(database, a)).toBe(16);
    expect(await database.$count(hostObservations)).toBe(0);
    expect(await ask(database, a)).toBe(16);
    expect(await database.select().from(imageHosts)).toMatchObject([
      { concurrency: 16, bestMilliseconds: 100, imageMilliseconds: 600, inUse: 16 },
    ]);
  });

  it('passes over what lanes granted at an older pace have seen', async () => {
    const { database, a } = await importsOf('acme', 'bolt', 'cord');
    await paced(database, 32, { inUse: 32 });
    await observe(database, { takenAt: new Date(Date.now() - 60_000), rateLimited: 90 });
    expect(await ask(database, a)).toBe(32);
  });

  it('waits for more where little was asked', async () => {
    const { database, a } = await importsOf('acme', 'bolt', 'cord');
    await ask(database, a);
    await observe(database, { requests: 3 });
    expect(await ask(database, a)).toBe(8);
    await observe(database, { requests: 30 });
    expect(await ask(database, a)).toBe(16);
  });

  it('remembers through a hold by how many lanes it was asked', async () => {
    const { database, a } = await importsOf('acme', 'bolt', 'cord');
    await paced(database, 32, { inUse: 32, holdUntil: new Date(Date.now() + 9000) });
    await observe(database, { requests: 40, rateLimited: 1 });
    expect(await ask(database, a)).toBe(0);
    await database.update(imageHosts).set({ holdUntil: null });
    await observe(database, { requests: 40, rateLimited: 9 });
    expect(await ask(database, a)).toBe(16);
  });

  it('leaves a host alone that refuses eight requests in a row, one at a time', async () => {
    const { database, a } = await importsOf('acme', 'bolt', 'cord');
    await paced(database, 1, { inUse: 1 });
    await observe(database, { requests: 4, unavailable: 2, rateLimited: 2 });
    expect(await ask(database, a)).toBe(1);
    await observe(database, { requests: 4, rateLimited: 4 });
    const { grants, holdSeconds } = await takeLanes(database, a, [{ host, images: 9, limit: 64 }], laneLimits);
    expect({ grants, holdSeconds }).toEqual({ grants: [], holdSeconds: 900 });
    const [row] = await database.select().from(imageHosts);
    expect(row?.holdUntil?.getTime()).toBeGreaterThan(Date.now() + 890_000);
  });

  it('is one, and no hold longer than was asked for, at a host that refuses every third request', async () => {
    const { database, a } = await importsOf('acme', 'bolt', 'cord');
    await paced(database, 1, { inUse: 1 });
    for (let request = 0; request < 20; request += 1) {
      await observe(database, { requests: 3, rateLimited: 1 });
      expect(await ask(database, a)).toBe(1);
    }
  });

  it('is learnt anew after an hour without a request', async () => {
    const { database, a } = await importsOf('acme', 'bolt', 'cord');
    await paced(database, 64, { askedAt: new Date(Date.now() - 2 * 3_600_000), ceiling: 70 });
    expect(await ask(database, a)).toBe(8);
    expect(await database.select().from(imageHosts)).toMatchObject([{ concurrency: 8, ceiling: null }]);
  });
});
