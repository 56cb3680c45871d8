import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { deactivateMissing } from '../../../functions/deactivate-missing/deactivate-missing.ts';
import type { Database } from '../../../functions/shared/database.ts';
import { imports, products } from '../../../schema/index.ts';
import { writeChunk } from '../../support/chunks.ts';
import { createTestDatabase } from '../../support/database.ts';
import { aProduct, startImport } from '../../support/imports.ts';

const day = (number: number) => ({ key: `acme/day-${number}.csv`, uploadedAt: `2026-03-0${number}T12:00:00.000Z` });
const listed = (...codes: string[]) => codes.map((code) => aProduct({ code }));

async function activeCodes(database: Database): Promise<string[]> {
  const rows = await database.select({ code: products.code }).from(products).where(eq(products.status, 'active'));
  return rows.map(({ code }) => code).sort();
}

const full = { feedMode: 'full' } as const;

describe('a full feed', () => {
  it('deactivates what it does not list, once, and revives it when it reappears', async () => {
    const { database } = await createTestDatabase();
    await writeChunk(database, await startImport(database, { ...day(1), ...full }), listed('A', 'B', 'C'));
    const second = await startImport(database, { ...day(2), ...full });
    await writeChunk(database, second, listed('A'));
    await writeChunk(database, second, listed('D'), 1);
    expect(await deactivateMissing({ database }, second)).toEqual({ deactivated: 2 });
    expect(await deactivateMissing({ database }, second)).toEqual({ deactivated: 0 });
    expect(await activeCodes(database)).toEqual(['A', 'D']);
    const [row] = await database.select().from(imports).where(eq(imports.id, second.import.importId));
    expect(row?.productsDeactivated).toBe(2);
    const third = await startImport(database, { ...day(3), ...full });
    expect(await writeChunk(database, third, listed('A', 'B', 'D'))).toMatchObject({ updated: 1, unchanged: 2 });
    await deactivateMissing({ database }, third);
    expect(await activeCodes(database)).toEqual(['A', 'B', 'D']);
  });

  it('leaves the products of other suppliers alone, and a partial feed those of its own', async () => {
    const { database } = await createTestDatabase();
    await writeChunk(database, await startImport(database, { key: 'other/a.csv' }), listed('X'));
    await writeChunk(database, await startImport(database, day(1)), listed('A', 'B'));
    const partial = await startImport(database, day(2));
    await writeChunk(database, partial, listed('A'));
    expect(await deactivateMissing({ database }, partial)).toEqual({ deactivated: 0 });
    const feed = await startImport(database, { ...day(3), ...full });
    await writeChunk(database, feed, listed('A'));
    expect(await deactivateMissing({ database }, feed)).toEqual({ deactivated: 1 });
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
      await deactivateMissing({ database }, started);
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
    expect(await deactivateMissing({ database }, older)).toEqual({ deactivated: 1 });
  });
});
