import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { deactivateMissing } from '../../../functions/deactivate-missing/deactivate-missing.ts';
import type { Database } from '../../../functions/shared/database/database.ts';
import { imports, products } from '../../../schema/index.ts';
import { writeChunk } from '../../support/chunks.ts';
import { createTestDatabase } from '../../support/database.ts';
import { aProduct, type StartedImport, startImport } from '../../support/imports.ts';

const day = (number: number) => ({ key: `acme/day-${number}.csv`, uploadedAt: `2026-03-0${number}T12:00:00.000Z` });
const listed = (...codes: string[]) => codes.map((code) => aProduct({ code }));

async function activeCodes(database: Database): Promise<string[]> {
  const rows = await database.select({ code: products.code }).from(products).where(eq(products.status, 'active'));
  return rows.map(({ code }) => code).sort();
}

/** Deactivates what the feed lacks; the rows of `rejected` are in it. */
function deactivate(database: Database, started: StartedImport, rejected: string[] = []) {
  const readRejectedCodes = async function* () {
    yield* rejected;
  };
  return deactivateMissing({ database, readRejectedCodes, writeChanges: async () => {} }, started);
}

const full = { feedMode: 'full' } as const;

describe('a full feed', () => {
  it('deactivates what it does not list, once, and revives it when it reappears', async () => {
    const { database } = await createTestDatabase();
    await writeChunk(database, await startImport(database, { ...day(1), ...full }), listed('A', 'B', 'C'));
    const second = await startImport(database, { ...day(2), ...full });
    await writeChunk(database, second, listed('A'));
    await writeChunk(database, second, listed('D'), 1);
    expect(await deactivate(database, second)).toEqual({ deactivated: 2 });
    expect(await deactivate(database, second)).toEqual({ deactivated: 0 });
    expect(await activeCodes(database)).toEqual(['A', 'D']);
    const [row] = await database.select().from(imports).where(eq(imports.id, second.import.importId));
    expect(row?.productsDeactivated).toBe(2);
    const third = await startImport(database, { ...day(3), ...full });
    expect(await writeChunk(database, third, listed('A', 'B', 'D'))).toMatchObject({ updated: 1, unchanged: 2 });
    await deactivate(database, third);
    expect(await activeCodes(database)).toEqual(['A', 'B', 'D']);
  });

  it('leaves products as they are whose rows it has but were rejected', async () => {
    const { database } = await createTestDatabase();
    await writeChunk(database, await startImport(database, { ...day(1), ...full }), listed('A', 'B', 'C'));
    const second = await startImport(database, { ...day(2), ...full });
    await writeChunk(database, second, listed('A'));
    expect(await deactivate(database, second, ['B', 'never imported'])).toEqual({ deactivated: 1 });
    expect(await activeCodes(database)).toEqual(['A', 'B']);
  });

  it.each([
    ['before', 'finishes'],
    ['after', 'is corrected'],
  ])('and the corrected rows of it, written %s it %s, are its products together', async (when) => {
    const { database } = await createTestDatabase();
    await writeChunk(database, await startImport(database, { ...day(1), ...full }), listed('A', 'B', 'C', 'D'));
    const feed = await startImport(database, { ...day(2), ...full });
    await writeChunk(database, feed, [aProduct({ code: 'A', title: 'New mug' })]);
    const writeRest = async () => {
      await writeChunk(database, feed, [aProduct({ code: 'B', title: 'New mug' })], 1);
      expect(await deactivate(database, feed, ['C'])).toEqual({ deactivated: 1 });
    };
    const correct = async () => {
      const file = { key: 'acme/fixed/Rejected (1).xlsx', uploadedAt: '2026-03-02T13:00:00.000Z' };
      const corrected = await startImport(database, { ...file, ...full });
      await writeChunk(database, corrected, [aProduct({ code: 'C', title: 'New mug' })]);
      expect(await deactivate(database, corrected)).toEqual({ deactivated: 0 });
    };
    for (const step of when === 'before' ? [correct, writeRest] : [writeRest, correct]) await step();
    expect(await activeCodes(database)).toEqual(['A', 'B', 'C']);
    const titles = await database.select({ title: products.title }).from(products).where(eq(products.status, 'active'));
    expect(titles).toEqual(Array(3).fill({ title: 'New mug' }));
  });

  it('leaves the products of other suppliers alone, and a partial feed those of its own', async () => {
    const { database } = await createTestDatabase();
    await writeChunk(database, await startImport(database, { key: 'other/a.csv' }), listed('X'));
    await writeChunk(database, await startImport(database, day(1)), listed('A', 'B'));
    const partial = await startImport(database, day(2));
    await writeChunk(database, partial, listed('A'));
    expect(await deactivate(database, partial)).toEqual({ deactivated: 0 });
    const feed = await startImport(database, { ...day(3), ...full });
    await writeChunk(database, feed, listed('A'));
    expect(await deactivate(database, feed)).toEqual({ deactivated: 1 });
    expect(await activeCodes(database)).toEqual(['A', 'X']);
  });

  it.each([
    { last: 'older', order: ['newer', 'older'] as const },
    { last: 'newer', order: ['older', 'newer'] as const },
  ])('decides what there is, also when the $last of two finishes last', async ({ order }) => {
    const { database } = await createTestDatabase();
    await writeChunk(database, await startImport(database, { ...day(1), ...full }), listed('A', 'B', 'C'));
    const files = {
      older: { started: await startImport(database, { ...day(2), ...full }), codes: ['A', 'B', 'older only'] },
      newer: { started: await startImport(database, { ...day(3), ...full }), codes: ['B', 'C', 'newer only'] },
    };
    for (const name of order) {
      const { started, codes } = files[name];
      await writeChunk(database, started, listed(...codes));
      await deactivate(database, started);
      await database.update(imports).set({ status: 'completed' }).where(eq(imports.id, started.import.importId));
    }
    expect(await activeCodes(database)).toEqual(['B', 'C', 'newer only']);
  });

  it('keeps its word when a newer file failed before it wrote', async () => {
    const { database } = await createTestDatabase();
    await writeChunk(database, await startImport(database, { ...day(1), ...full }), listed('A', 'B'));
    const older = await startImport(database, { ...day(2), ...full });
    const refused = await startImport(database, { ...day(3), ...full });
    await database.update(imports).set({ status: 'failed' }).where(eq(imports.id, refused.import.importId));
    await writeChunk(database, older, listed('A'));
    expect(await deactivate(database, older)).toEqual({ deactivated: 1 });
  });
});
