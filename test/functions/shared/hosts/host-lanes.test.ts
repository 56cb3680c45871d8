import { eq } from 'drizzle-orm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../../../functions/shared/database/database.ts';
import { grantLanes, lanesFor, returnLanes } from '../../../../functions/shared/hosts/host-lanes.ts';
import { hostLanes, imageHosts } from '../../../../schema/index.ts';
import { createTestDatabase } from '../../../support/database.ts';
import { startImport } from '../../../support/imports.ts';

const host = 'cdn.example';

/** A database with running imports of as many suppliers. */
async function importsOf(...suppliers: string[]) {
  const { database } = await createTestDatabase();
  const holders = [];
  for (const [index, supplier] of suppliers.entries()) {
    const { import: registered } = await startImport(database, { key: `${supplier}/${index}.csv` });
    holders.push({ importId: registered.importId, supplierId: registered.supplierId, seconds: 300 });
  }
  const [a, b, c] = holders;
  if (!a || !b || !c) throw new Error('three imports are needed');
  return { database, a, b, c };
}

type Holder = Parameters<typeof grantLanes>[1];
async function ask(database: Database, holder: Holder, images = 10_000, limit = 8): Promise<number> {
  const { grants } = await grantLanes(database, holder, [{ host, images, limit }]);
  return grants.reduce((total, { lanes }) => total + lanes.length, 0);
}
const queue = { importId: null, supplierId: null, seconds: 300 };

describe('the lanes of a host', () => {
  it('are as many as its images are worth, up to the limit', async () => {
    const { database, a } = await importsOf('acme', 'bolt', 'cord');
    expect(await ask(database, a, 5)).toBe(1);
    expect(await ask(database, a, 60)).toBe(3);
    expect(await ask(database, a, 10_000)).toBe(8);
    expect(await database.$count(hostLanes)).toBe(8);
  });

  it('are never more than the host bears, whoever asks how often at once', async () => {
    const { database, a, b, c } = await importsOf('acme', 'bolt', 'cord');
    const holders = [a, b, c, queue, queue, a, b, c, queue, a];
    await Promise.all(holders.map((holder) => ask(database, holder)));
    expect(await database.$count(hostLanes, eq(hostLanes.waiting, false))).toBeLessThanOrEqual(8);
  });

  it('are shared by imports that want the same host, within some rounds', async () => {
    const { database, a, b, c } = await importsOf('acme', 'bolt', 'cord');
    expect(await ask(database, a)).toBe(8);
    expect(await ask(database, b)).toBe(0);
    // Its next round leaves one lane to the import that waits, and takes no more than its share.
    expect(await ask(database, a)).toBe(4);
    expect(await ask(database, b)).toBe(4);
    expect(await ask(database, c)).toBe(0);
    expect(await ask(database, a)).toBe(2);
    expect(await ask(database, c)).toBe(2);
    await returnLanes(database, a.importId);
    await returnLanes(database, c.importId);
    expect(await ask(database, b)).toBe(8);
  });

  it('go round where the host bears but one', async () => {
    const { database, a, b, c } = await importsOf('acme', 'bolt', 'cord');
    await database.insert(imageHosts).values({ host, concurrency: 1, maximum: 8 });
    expect([await ask(database, a), await ask(database, b), await ask(database, c)]).toEqual([1, 0, 0]);
    expect([await ask(database, a), await ask(database, b), await ask(database, c)]).toEqual([0, 1, 0]);
    expect([await ask(database, a), await ask(database, b), await ask(database, c)]).toEqual([0, 0, 1]);
    expect(await ask(database, a)).toBe(0);
  });

  it('are limited for all imports of a supplier together', async () => {
    const { database, a, b, c } = await importsOf('acme', 'acme', 'cord');
    expect(await ask(database, a, 10_000, 3)).toBe(3);
    expect(await ask(database, b, 10_000, 3)).toBe(0);
    expect(await ask(database, c, 10_000, 8)).toBeGreaterThan(0);
  });

  it('may be more than the default where a supplier says so', async () => {
    const { database, a } = await importsOf('acme', 'bolt', 'cord');
    expect(await ask(database, a, 10_000, 20)).toBe(20);
  });

  it('come back when their time is over', async () => {
    const { database, a, b } = await importsOf('acme', 'bolt', 'cord');
    await ask(database, { ...a, seconds: -1 });
    expect(await ask(database, b)).toBe(8);
  });

  it('are none while the host is on hold', async () => {
    const { database, a } = await importsOf('acme', 'bolt', 'cord');
    await database
      .insert(imageHosts)
      .values({ host, concurrency: 8, maximum: 8, holdUntil: new Date(Date.now() + 9000) });
    const { grants, holdSeconds } = await grantLanes(database, a, [{ host, images: 100, limit: 8 }]);
    expect({ grants, holdSeconds }).toEqual({ grants: [], holdSeconds: 9 });
  });

  it('never exceed what is free, and are at least one where any is', () => {
    const small = fc.nat(20);
    fc.assert(
      fc.property(
        small,
        small,
        small,
        small,
        small,
        fc.integer({ min: 1, max: 5000 }),
        fc.integer({ min: 1, max: 20 }),
        (...numbers) => {
          const [concurrency, taken, takenBySupplier, sharers, waitingLonger, images, limit] = numbers;
          const state = {
            concurrency,
            taken,
            taken_by_supplier: takenBySupplier,
            sharers,
            waiting_longer: waitingLonger,
          };
          const lanes = lanesFor(state, { images, limit });
          const free = Math.min(concurrency - taken - waitingLonger, limit - takenBySupplier);
          expect(lanes).toBeLessThanOrEqual(Math.max(0, free));
          if (free > 0) expect(lanes).toBeGreaterThan(0);
        },
      ),
    );
  });
});
