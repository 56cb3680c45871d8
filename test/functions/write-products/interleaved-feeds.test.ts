import { eq, sql } from 'drizzle-orm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deactivateMissing } from '../../../functions/deactivate-missing/deactivate-missing.ts';
import type { Database } from '../../../functions/shared/database/database.ts';
import { imports } from '../../../schema/index.ts';
import { writeChunk } from '../../support/chunks.ts';
import { createTestDatabase } from '../../support/database.ts';
import { aProduct, aVariant, type StartedImport, startImport } from '../../support/imports.ts';

const codes = ['a', 'b', 'c', 'd', 'e'];
type Content = Record<string, string>;

const productOf = ([code, title]: [string, string]) =>
  aProduct({
    code,
    title,
    variants: [...title].map((key) => aVariant({ key, sku: key })),
    images: [...title].map((name) => `https://cdn.example/${name}.jpg`),
  });

/** Rows of the supplier's products: what they say, and the identity and version of each row. */
async function stored(database: Database, supplier: string) {
  const rows = await database.execute<{
    code: string;
    title: string;
    status: string;
    id: string;
    variants: string;
    images: string;
  }>(sql`
    select p.code, p.title, p.status, p.id, p.xmin::text as version,
      (select string_agg(v.variant_key, '' order by v.position) from product_variants v
        where v.product_id = p.id and v.status = 'active') as variants,
      (select string_agg(v.id || '@' || v.xmin, ' ' order by v.id) from product_variants v
        where v.product_id = p.id) as variant_versions,
      (select string_agg(i.image_id || '@' || i.xmin, ' ' order by i.position) from product_images i
        where i.product_id = p.id) as image_versions,
      (select string_agg(right(m.source_url, 5), ' ' order by i.position) from product_images i
        join images m on m.id = i.image_id where i.product_id = p.id) as images
    from products p where p.supplier_id = (select id from suppliers where code = ${supplier})`);
  return new Map(rows.map((row) => [row.code, row]));
}

/** The steps of one import, each to be run after the one before, and any of them again. */
function stepsOf(database: Database, started: StartedImport, content: Content): (() => Promise<unknown>)[] {
  const listed = Object.entries(content).map(productOf);
  const readRejectedCodes = async function* () {};
  return [
    () => writeChunk(database, started, listed.slice(0, 2)),
    () => writeChunk(database, started, listed.slice(2), 1),
    () => deactivateMissing({ database, readRejectedCodes, writeChanges: async () => {} }, started),
    () => database.update(imports).set({ status: 'completed' }).where(eq(imports.id, started.import.importId)),
  ];
}

/** A file: titles by code, whose letters are variants and images too. */
const content = fc.dictionary(fc.constantFrom(...codes), fc.constantFrom('X', 'XY', 'YX', 'ZXY'), { minKeys: 1 });
/** Which file takes its next step, whether it takes its last one again beside it, and whether the next one does at once. */
const turn = fc.record({ file: fc.nat(2), again: fc.boolean(), atOnce: fc.boolean() });

describe('three files of one supplier, whatever their steps do in which order, again and at once', () => {
  it.each(['partial', 'full'] as const)('end as %s feeds in the order of their upload would', async (feedMode) => {
    const { database } = await createTestDatabase();
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(content, fc.tuple(content, content, content), fc.array(turn), async (first, files, turns) => {
        const supplier = `supplier-${runs++}`;
        const start = (day: number) =>
          startImport(database, {
            key: `${supplier}/${day}.csv`,
            uploadedAt: `2026-03-0${day}T12:00:00.000Z`,
            feedMode,
          });
        for (const step of stepsOf(database, await start(1), first)) await step();
        const before = await stored(database, supplier);

        const steps = [];
        for (const [index, file] of files.entries()) steps.push(stepsOf(database, await start(index + 2), file));
        const taken = [0, 0, 0];
        const allTurns = [...turns, ...[0, 1, 2].flatMap((file) => Array(4).fill({ file, again: true, atOnce: true }))];
        let running: Promise<unknown>[] = [];
        const ends: Promise<unknown>[] = [Promise.resolve(), Promise.resolve(), Promise.resolve()];
        for (const { file, again, atOnce } of allTurns) {
          const place = taken[file] ?? 0;
          const step = steps[file]?.[place];
          if (!step) continue;
          taken[file] = place + 1;
          const done = (ends[file] ?? Promise.resolve()).then(() => Promise.all(again ? [step(), step()] : [step()]));
          ends[file] = done;
          running.push(done);
          if (!atOnce) running = [void (await Promise.all(running))].flatMap(() => []);
        }
        await Promise.all(running);

        const after = await stored(database, supplier);
        const newest = files[2];
        const expected: Content = feedMode === 'full' ? newest : Object.assign({}, first, ...files);
        const active = [...after.values()].filter(({ status }) => status === 'active');
        expect(Object.fromEntries(active.map(({ code, title }) => [code, title]))).toEqual(expected);
        for (const { title, variants, images } of active) {
          expect(variants).toBe(title);
          expect(images).toBe([...title].map((name) => `${name}.jpg`).join(' '));
        }
        for (const [code, row] of before) {
          expect(after.get(code)?.id).toBe(row.id);
          const everywhere = files.every((file) => file[code] === first[code]);
          const nowhere = feedMode === 'partial' && files.every((file) => !(code in file));
          if (everywhere || nowhere) expect(after.get(code)).toEqual(row);
        }
      }),
      { numRuns: 20 },
    );
  });
});
