import { eq } from 'drizzle-orm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { admitWriters } from '../../../functions/admit-writers/admit-writers.ts';
import type { Database } from '../../../functions/shared/database/database.ts';
import { returnWriters, writersFor } from '../../../functions/shared/imports/writers.ts';
import { imports } from '../../../schema/index.ts';
import type { RegisteredImport } from '../../../workflows/payloads/upload.ts';
import { createTestDatabase } from '../../support/database.ts';
import { startImport } from '../../support/imports.ts';

const limits = { most: 40, perImport: 4 };

const ask = (database: Database, registered: RegisteredImport, chunks = 32, waits = 0) =>
  admitWriters(
    { database, limits },
    { import: registered, parsed: { chunks }, admitted: { writers: 0, waits, waitSeconds: 0 } },
  );

async function importsOf(count: number) {
  const { database } = await createTestDatabase();
  const all: RegisteredImport[] = [];
  for (let index = 0; index < count; index += 1) {
    all.push((await startImport(database, { key: `supplier-${index}/a.csv` })).import);
  }
  return { database, all };
}

describe('admission to write', () => {
  it('gives a few imports all their writers, many one each, and has the rest wait in the order they came', async () => {
    const { database, all } = await importsOf(20);
    const admitted: number[] = [];
    for (const one of all) admitted.push((await ask(database, one)).writers);
    expect(admitted).toEqual([4, 4, 4, 4, 4, ...Array(12).fill(1), 0, 0, 0]);
    const [first, , , , , , , , , , , , , , , , , oldest, next] = all;
    if (!first || !oldest || !next) throw new Error('twenty imports');
    await database.update(imports).set({ writers: 3 }).where(eq(imports.id, first.importId));
    expect((await ask(database, next)).writers).toBe(0);
    expect((await ask(database, oldest)).writers).toBe(1);
  });

  it('lets a small file through behind forty large ones', async () => {
    const { database, all } = await importsOf(41);
    const [small] = all.splice(40);
    for (const one of all) await ask(database, one);
    if (!small) throw new Error('forty-one imports');
    expect(await ask(database, small, 1)).toEqual({ writers: 1, waits: 0, waitSeconds: 0 });
  });

  it('keeps what it gave where the state is run again, until it is given back', async () => {
    const { database, all } = await importsOf(1);
    const [one] = all;
    if (!one) throw new Error('an import');
    expect(await ask(database, one)).toMatchObject({ writers: 4 });
    expect(await ask(database, one)).toMatchObject({ writers: 4 });
    await returnWriters(database, one.importId);
    expect(await database.select().from(imports)).toMatchObject([{ writers: null }]);
  });

  it('takes back what a silent or ended import has', async () => {
    const { database, all } = await importsOf(3);
    const [silent, ended, one] = all;
    if (!silent || !ended || !one) throw new Error('three imports');
    const long = new Date(Date.now() - 40 * 60_000);
    await database.update(imports).set({ writers: 32, heartbeatAt: long }).where(eq(imports.id, silent.importId));
    await database.update(imports).set({ writers: 32, status: 'failed' }).where(eq(imports.id, ended.importId));
    expect((await ask(database, one)).writers).toBe(4);
  });

  it('is asked for again after 5 to 60 seconds', async () => {
    const { database, all } = await importsOf(2);
    const [other, one] = all;
    if (!other || !one) throw new Error('two imports');
    await database.update(imports).set({ writers: 40 }).where(eq(imports.id, other.importId));
    const waits: number[] = [];
    for (let wait = 0; wait < 8; wait += 1) waits.push((await ask(database, one, 32, wait)).waitSeconds);
    expect(waits).toEqual([5, 8, 11, 17, 25, 38, 57, 60]);
  });

  it('never gives more than there is, and asks nothing of an empty file', async () => {
    const { database, all } = await importsOf(1);
    const [one] = all;
    if (one) expect(await ask(database, one, 0)).toMatchObject({ writers: 1 });
    const number = fc.integer({ min: 1, max: 100 });
    const waiting = fc.record({ all: fc.nat(50), small: fc.nat(50) });
    fc.assert(
      fc.property(number, fc.nat(100), number, waiting, (most, taken, chunks, before) => {
        const writers = writersFor({ limits: { most, perImport: 4 }, taken, chunks, waiting: before });
        expect(writers).toBeGreaterThanOrEqual(0);
        expect(writers + Math.min(taken, most)).toBeLessThanOrEqual(most);
        expect(writers).toBeLessThanOrEqual(Math.min(4, chunks));
      }),
    );
  });
});
