import { eq, sql } from 'drizzle-orm';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Database } from '../../../functions/shared/database/database.ts';
import { importChunks, imports, productCatalog, products } from '../../../schema/index.ts';
import { writeChunk } from '../../support/chunks.ts';
import { createTestDatabase } from '../../support/database.ts';
import { aProduct, type StartedImport, startImport } from '../../support/imports.ts';

const older = { key: 'acme/older.csv', uploadedAt: '2026-03-01T12:00:00.000Z' };
const newer = { key: 'acme/newer.csv', uploadedAt: '2026-03-02T12:00:00.000Z' };

const titles = async (database: Database) => {
  const rows = await database.select({ code: products.code, title: products.title }).from(products);
  return Object.fromEntries(rows.map(({ code, title }) => [code, title]));
};

const finish = (database: Database, { import: { importId } }: StartedImport) =>
  database.update(imports).set({ status: 'completed' }).where(eq(imports.id, importId));

/** Whether someone in this database waits for a lock of the type. */
async function waits(database: Database, type: 'transactionid' | 'advisory'): Promise<boolean> {
  const [row] = await database.execute<{ waits: boolean }>(sql`
    select exists(
      select from pg_locks join pg_stat_activity using (pid)
      where not granted and locktype = ${type} and datname = current_database()
    ) as waits`);
  return row?.waits ?? false;
}

describe('two files of one supplier', () => {
  it.each([
    { first: 'older', order: ['older', 'newer'] as const },
    { first: 'newer', order: ['newer', 'older'] as const },
  ])('end as the newer file says when the $first one is written first', async ({ order }) => {
    const { database } = await createTestDatabase();
    await writeChunk(database, await startImport(database, { uploadedAt: '2026-02-01T12:00:00.000Z' }), [
      aProduct({ code: 'same', title: 'As stored' }),
      aProduct({ code: 'both', title: 'As stored' }),
    ]);
    const files = {
      older: {
        started: await startImport(database, older),
        // The newer file finds `same` unchanged and leaves no trace on its row.
        products: ['same', 'both', 'older only'].map((code) => aProduct({ code, title: 'Older' })),
      },
      newer: {
        started: await startImport(database, newer),
        products: [aProduct({ code: 'same', title: 'As stored' }), aProduct({ code: 'both', title: 'Newer' })],
      },
    };
    for (const name of order) {
      await writeChunk(database, files[name].started, files[name].products);
      await finish(database, files[name].started);
    }
    expect(await titles(database)).toEqual({
      same: 'As stored',
      both: 'Newer',
      'older only': 'Older',
    });
  });

  it('count a product that a newer file has spoken about as unchanged', async () => {
    const { database } = await createTestDatabase();
    const [late, early] = [await startImport(database, older), await startImport(database, newer)];
    await writeChunk(database, early, [aProduct({ title: 'Newer' })]);
    expect(await writeChunk(database, late, [aProduct({ title: 'Older' })])).toEqual({
      created: 0,
      updated: 0,
      unchanged: 1,
    });
  });

  it('do not overtake each other: the older waits until the newer has said what it found unchanged', async () => {
    const { database } = await createTestDatabase();
    const first = await startImport(database, { uploadedAt: '2026-02-01T12:00:00.000Z' });
    await writeChunk(database, first, [aProduct({ title: 'As stored' })]);
    const [late, early] = [await startImport(database, older), await startImport(database, newer)];
    const writes: Promise<unknown>[] = [];
    let olderDone = false;
    await expect(
      database.transaction(async (transaction) => {
        // The newer file's chunk gets as far as this row, which is never committed, and waits for it.
        const row = { chunk: 0, productCodes: [], created: 0, updated: 0, unchanged: 0 };
        await transaction.insert(importChunks).values({ ...row, importId: early.import.importId });
        writes.push(writeChunk(database, early, [aProduct({ title: 'As stored' })]));
        await vi.waitUntil(() => waits(database, 'transactionid'), { timeout: 20_000 });
        writes.push(writeChunk(database, late, [aProduct({ title: 'Older' })]).then(() => (olderDone = true)));
        await vi.waitUntil(async () => olderDone || (await waits(database, 'advisory')), { timeout: 20_000 });
        transaction.rollback();
      }),
    ).rejects.toThrow();
    await Promise.all(writes);
    expect(await titles(database)).toEqual({ A: 'As stored' });
  });

  it('end the same within one second of upload, whichever is written last', async () => {
    const ends = [];
    for (const order of [
      [0, 1],
      [1, 0],
    ]) {
      const { database } = await createTestDatabase();
      const started = [
        await startImport(database, { key: 'acme/a.csv' }),
        await startImport(database, { key: 'acme/b.csv' }),
      ];
      for (const index of order) {
        const file = started[index];
        if (file) await writeChunk(database, file, [aProduct({ title: file.upload.key })]);
      }
      ends.push(await titles(database));
    }
    expect(ends).toEqual([{ A: 'acme/b.csv' }, { A: 'acme/b.csv' }]);
  });

  it('end as the newer says, whatever their chunks do at once, each delivered twice', async () => {
    const codes = ['a', 'b', 'c', 'd'];
    const titleOf = fc.constantFrom('X', 'Y');
    const file = fc.array(fc.record({ code: fc.constantFrom(...codes), title: titleOf }), {
      minLength: 1,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(file, file, fc.boolean(), async (olderRows, newerRows, newerFirst) => {
        const { database } = await createTestDatabase();
        const first = await startImport(database, { uploadedAt: '2026-02-01T12:00:00.000Z' });
        const stored = codes.map((code) => ({ code, title: 'X' }));
        await writeChunk(database, first, stored.map(aProduct));
        await finish(database, first);
        const files = [
          { started: await startImport(database, older), rows: olderRows },
          { started: await startImport(database, newer), rows: newerRows },
        ];
        if (newerFirst) files.reverse();
        const chunk = ({ started, rows }: (typeof files)[number]) =>
          writeChunk(
            database,
            started,
            [...new Map(rows.map((row) => [row.code, row])).values()].map((row) =>
              aProduct({ ...row, images: [`https://cdn.example/${row.title}.jpg`] }),
            ),
          );
        const counts = await Promise.all([...files, ...files].map(chunk));
        expect(counts.slice(0, 2)).toEqual(counts.slice(2));
        const expected = new Map([...stored, ...olderRows, ...newerRows].map(({ code, title }) => [code, title]));
        expect(await titles(database)).toEqual(Object.fromEntries(expected));
        expect(await database.$count(importChunks)).toBe(3);
        const catalog = await database.select().from(productCatalog);
        expect(catalog).toHaveLength(expected.size);
      }),
      { numRuns: 10 },
    );
  });
});

describe('chunks of one import', () => {
  it('are written side by side, sharing image URLs, without waiting for each other for ever', async () => {
    const { database } = await createTestDatabase();
    const started = await startImport(database);
    const shared = Array.from({ length: 40 }, (_, index) => `https://cdn.example/${index}.jpg`);
    const counts = await Promise.all(
      [0, 1, 2, 3].map((chunk) =>
        writeChunk(
          database,
          started,
          Array.from({ length: 20 }, (_, index) =>
            aProduct({ code: `${chunk}-${index}`, images: [...shared.slice(index), ...shared.slice(0, index)] }),
          ),
          chunk,
        ),
      ),
    );
    expect(counts).toEqual(Array(4).fill({ created: 20, updated: 0, unchanged: 0 }));
    expect(await database.$count(products)).toBe(80);
  });
});
