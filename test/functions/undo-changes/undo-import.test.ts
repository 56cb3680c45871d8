import { eq, sql } from 'drizzle-orm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../../functions/shared/database/database.ts';
import { undoChanges } from '../../../functions/undo-changes/undo-changes.ts';
import { imports, products, productVariants } from '../../../schema/index.ts';
import type { ImportedProduct } from '../../../workflows/payloads/product.ts';
import { writeChunk } from '../../support/chunks.ts';
import { createTestDatabase } from '../../support/database.ts';
import { aProduct, aVariant, startImport } from '../../support/imports.ts';
import {
  ChangeFiles,
  fingerprint,
  finish,
  importProducts,
  startUndo,
  undoFiles,
  undoImport,
} from '../../support/undo.ts';

type FeedMode = 'partial' | 'full';

/** The `n`-th file of the supplier, an hour after the one before. */
const fileAt = (database: Database, n: number, feedMode: FeedMode = 'partial') =>
  startImport(database, {
    key: `acme/file-${n}.csv`,
    uploadedAt: new Date(Date.UTC(2026, 2, 1, n)).toISOString(),
    feedMode,
  });

/** A product in one of several versions that differ in all that there is to restore. */
function version(code: string, n: number): ImportedProduct {
  const variants = [
    aVariant({ key: 'S', sku: `${code}-S`, price: `${n}.5000`, options: { Size: 'S', Color: 'Red' } }),
    ...(n % 2 === 0 ? [aVariant({ key: 'M', sku: `${code}-M`, attributes: { n: String(n) } })] : []),
  ];
  return aProduct({
    code,
    title: `${code} ${n}`,
    tags: [`v${n}`],
    attributes: { Material: `m${n}` },
    active: n % 5 !== 4,
    variants,
    images: Array.from({ length: n % 3 }, (_, index) => `https://cdn.example/${code}/${n + index}.jpg`),
  });
}

const titles = async (database: Database) => {
  const rows = await database.select().from(products).where(sql`${products.unmadeBy} is null`).orderBy(products.code);
  return rows.map(({ code, title, status }) => `${code} ${title} ${status}`);
};

const first = [version('A', 0), version('B', 1), version('C', 2)];
const second = [version('A', 3), version('B', 1), version('D', 6)];

describe('undoing an import', () => {
  it('restores what it changed, created and deactivated, and proves it', async () => {
    const { database } = await createTestDatabase();
    const files = new ChangeFiles();
    await importProducts(database, files, await fileAt(database, 1), first);
    const before = await fingerprint(database);
    const rows = await database.select().from(products).orderBy(products.id);
    const wrong = await importProducts(database, files, await fileAt(database, 2, 'full'), second);
    expect(await fingerprint(database)).not.toBe(before);
    const undone = await undoImport(database, files, wrong);
    expect(undone).toMatchObject({ restored: true, products: 3, leftAlone: 0, fingerprint: before, differences: [] });
    const restored = await database.select().from(products).orderBy(products.id);
    const timeless = restored.map(({ updatedAt, ...row }) => row);
    expect(timeless.slice(0, 3)).toEqual(rows.map(({ updatedAt, ...row }) => row));
    expect(timeless[3]).toMatchObject({ code: 'D', status: 'inactive', unmadeBy: undone.importId });
  });

  it('is undone by an undo of its own, and that by another', async () => {
    const { database } = await createTestDatabase();
    const files = new ChangeFiles();
    await importProducts(database, files, await fileAt(database, 1), first);
    const before = await fingerprint(database);
    const wrong = await importProducts(database, files, await fileAt(database, 2, 'full'), second);
    const after = await fingerprint(database);
    const undo = await undoImport(database, files, wrong);
    const redo = await undoImport(database, files, undo.importId);
    expect(redo).toMatchObject({ restored: true, fingerprint: after, products: 3 });
    expect(await undoImport(database, files, redo.importId)).toMatchObject({ restored: true, fingerprint: before });
    await expect(undoImport(database, files, wrong)).rejects.toThrow(/undone already/);
  });

  it('says beforehand what it would restore, and restores nothing', async () => {
    const { database } = await createTestDatabase();
    const files = new ChangeFiles();
    await importProducts(database, files, await fileAt(database, 1), first);
    const wrong = await importProducts(database, files, await fileAt(database, 2), second);
    const after = await fingerprint(database);
    const dry = await undoImport(database, files, wrong, { dryRun: true });
    expect(dry).toMatchObject({ restored: null, products: 2, fingerprint: after, differences: [] });
    await expect(undoImport(database, files, dry.importId)).rejects.toThrow(/dry run/);
    expect(await undoImport(database, files, wrong)).toMatchObject({ restored: true, products: 2 });
  });

  it('leaves alone what a newer import has changed since, and says so', async () => {
    const { database } = await createTestDatabase();
    const files = new ChangeFiles();
    await importProducts(database, files, await fileAt(database, 1), first);
    const wrong = await importProducts(database, files, await fileAt(database, 2), second);
    const newer = await importProducts(database, files, await fileAt(database, 3), [version('A', 7)]);
    const undone = await undoImport(database, files, wrong);
    expect(undone).toMatchObject({ restored: false, products: 1, leftAlone: 1 });
    expect(undone.differences).toEqual([{ code: 'A', reason: `Import ${newer} has changed it since.` }]);
    expect(await titles(database)).toEqual(['A A 7 active', 'B B 1 active', 'C C 2 active']);
  });

  it('lets the same products come again, in another drop of the file', async () => {
    const { database } = await createTestDatabase();
    const files = new ChangeFiles();
    await importProducts(database, files, await fileAt(database, 1), first);
    const wrong = await importProducts(database, files, await fileAt(database, 2), second);
    const after = await fingerprint(database);
    await undoImport(database, files, wrong);
    await importProducts(database, files, await fileAt(database, 3), second);
    expect(await fingerprint(database)).toBe(after);
  });

  it('lets a file speak again that the undone one had silenced', async () => {
    const { database } = await createTestDatabase();
    const files = new ChangeFiles();
    await importProducts(database, files, await fileAt(database, 1), first);
    const late = await fileAt(database, 2);
    const wrong = await importProducts(database, files, await fileAt(database, 3, 'full'), second);
    await undoImport(database, files, wrong);
    await importProducts(database, files, late, [version('A', 9)]);
    expect(await titles(database)).toEqual(['A A 9 inactive', 'B B 1 active', 'C C 2 active']);
  });

  it('keeps one truth of a chunk that was interrupted, and of one delivered twice', async () => {
    const { database } = await createTestDatabase();
    const files = new ChangeFiles();
    await importProducts(database, files, await fileAt(database, 1), first);
    const before = await fingerprint(database);
    const started = await fileAt(database, 2);
    const interrupted = writeChunk(database, started, second, 0, [], async (key, changes) => {
      await files.write(key, changes);
      throw new Error('killed after the file, before the commit');
    });
    await expect(interrupted).rejects.toThrow('killed');
    expect(await fingerprint(database)).toBe(before);
    const twice = [0, 1].map(() => writeChunk(database, started, second, 0, [], files.write));
    await Promise.all(twice);
    await writeChunk(database, started, second, 0, [], files.write);
    const { importId } = started.import;
    await database.update(imports).set({ status: 'failed', finishedAt: new Date() }).where(eq(imports.id, importId));
    await undoImport(database, files, importId);
    expect(await fingerprint(database)).toBe(before);
  });

  it('goes on where it was killed', async () => {
    const { database } = await createTestDatabase();
    const files = new ChangeFiles();
    await importProducts(database, files, await fileAt(database, 1), first);
    const wrong = await importProducts(database, files, await fileAt(database, 2, 'full'), second);
    const undo = await startUndo(database, files, wrong, { name: 'killed' });
    const [key = '', next = ''] = await files.list(wrong);
    const dependencies = { database, readChanges: (file: string) => files.read(file), writeChanges: files.write };
    await undoChanges(dependencies, { undo, file: { chunk: 0, key } });
    const killed = {
      ...dependencies,
      writeChanges: async () => {
        throw new Error('killed');
      },
    };
    await expect(undoChanges(killed, { undo, file: { chunk: 1, key: next } })).rejects.toThrow('killed');
    const again = await startUndo(database, files, wrong, { name: 'killed' });
    expect(again).toEqual(undo);
    await undoFiles(database, files, again);
    expect(await finish(database, again)).toMatchObject({ restored: true, products: 3, leftAlone: 0 });
  });

  it('is finished by another undo where it failed for good', async () => {
    const { database } = await createTestDatabase();
    const files = new ChangeFiles();
    await importProducts(database, files, await fileAt(database, 1), first);
    const wrong = await importProducts(database, files, await fileAt(database, 2, 'full'), second);
    const undo = await startUndo(database, files, wrong);
    const [key = ''] = await files.list(wrong);
    const dependencies = { database, readChanges: (file: string) => files.read(file), writeChanges: files.write };
    await undoChanges(dependencies, { undo, file: { chunk: 0, key } });
    await database.update(imports).set({ status: 'failed' }).where(eq(imports.id, undo.importId));
    expect(await undoImport(database, files, wrong)).toMatchObject({ restored: true, leftAlone: 0 });
  });

  it('is refused a second time at once, during the import itself, and once its changes have expired', async () => {
    const { database } = await createTestDatabase();
    const files = new ChangeFiles();
    const started = await fileAt(database, 1);
    await writeChunk(database, started, first, 0, [], files.write);
    await expect(startUndo(database, files, started.import.importId)).rejects.toThrow(/is running/);
    const wrong = await importProducts(database, files, await fileAt(database, 2), second);
    const both = await Promise.allSettled([startUndo(database, files, wrong), startUndo(database, files, wrong)]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(startUndo(database, files, wrong)).rejects.toThrow(/being undone/);
    // Aborted, as far as anybody can tell.
    await database
      .update(imports)
      .set({ heartbeatAt: sql`now() - interval '31 minutes'` })
      .where(eq(imports.kind, 'undo'));
    expect(await undoImport(database, files, wrong)).toMatchObject({ restored: true });
    const old = await importProducts(database, files, await fileAt(database, 3), [version('A', 8)]);
    files.files.clear();
    await expect(startUndo(database, files, old)).rejects.toThrow(/not kept any more/);
    await expect(startUndo(database, files, 'no-such-execution')).rejects.toThrow(/There is no import/);
  });

  it('keeps a redriven execution of the undone import from writing', async () => {
    const { database } = await createTestDatabase();
    const files = new ChangeFiles();
    const started = await fileAt(database, 1);
    const wrong = await importProducts(database, files, started, first);
    await undoImport(database, files, wrong);
    await expect(writeChunk(database, started, second, 9, [], files.write)).rejects.toThrow(/has been undone/);
  });

  it('goes on beside an import of the same supplier, whose products it leaves alone', async () => {
    const { database } = await createTestDatabase();
    const files = new ChangeFiles();
    await importProducts(database, files, await fileAt(database, 1), first);
    const wrong = await importProducts(database, files, await fileAt(database, 2), second);
    const [running, undo] = [await fileAt(database, 3), await startUndo(database, files, wrong)];
    await Promise.all([
      undoFiles(database, files, undo),
      writeChunk(database, running, [version('A', 10), version('B', 11)], 0, [], files.write),
    ]);
    expect(await titles(database)).toEqual(['A A 10 active', 'B B 11 active', 'C C 2 active']);
  });

  it('restores what it kept where the tables have grown a column since', async () => {
    const { database } = await createTestDatabase();
    const files = new ChangeFiles();
    await importProducts(database, files, await fileAt(database, 1), first);
    const before = await fingerprint(database);
    const wrong = await importProducts(database, files, await fileAt(database, 2), second);
    await database.update(productVariants).set({ countryOfOrigin: 'PT' });
    await database.update(products).set({ countryOfOrigin: 'PT' });
    // As files had them that were written before the column was there.
    for (const [key, lines] of files.files) {
      files.files.set(
        key,
        lines.map((line) => line.replaceAll(/"countryOfOrigin":null,/g, '')),
      );
    }
    expect(await undoImport(database, files, wrong)).toMatchObject({ restored: false, leftAlone: 0 });
    expect((await database.select().from(products)).every(({ countryOfOrigin }) => countryOfOrigin === 'PT')).toBe(
      true,
    );
    await database.update(productVariants).set({ countryOfOrigin: null });
    await database.update(products).set({ countryOfOrigin: null });
    expect(await fingerprint(database)).toBe(before);
  });
});

/** The catalog as states of products, each with the imports that made it so: an undo takes the last one away. */
class Model {
  readonly states = new Map<string, { by: number; text: string | null }[]>();

  text(code: string): string | null {
    return this.states.get(code)?.at(-1)?.text ?? null;
  }

  put(code: string, by: number, text: string): void {
    if (this.text(code) === text) return;
    this.states.set(code, [...(this.states.get(code) ?? []), { by, text }]);
  }

  undo(by: number): void {
    for (const states of this.states.values()) if (states.at(-1)?.by === by) states.pop();
  }

  all(): string[] {
    const codes = [...this.states.keys()].sort();
    return codes.flatMap((code) => (this.text(code) === null ? [] : [`${code} ${this.text(code)}`]));
  }
}

const step = fc.oneof(
  fc.record({
    does: fc.constant('import' as const),
    full: fc.boolean(),
    listed: fc.uniqueArray(
      fc.record({ code: fc.constantFrom('A', 'B', 'C', 'D'), n: fc.integer({ min: 0, max: 6 }) }),
      {
        selector: ({ code }) => code,
        minLength: 1,
      },
    ),
  }),
  fc.record({ does: fc.constant('undo' as const), which: fc.nat(20) }),
);

it('leaves the catalog of the model, whatever is imported and undone in whatever order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 8 }), async (steps) => {
      const { database } = await createTestDatabase();
      const files = new ChangeFiles();
      const model = new Model();
      const done: { id: number; before: string; catalog: string[] }[] = [];
      for (const [at, next] of steps.entries()) {
        if (next.does === 'import') {
          const started = await fileAt(database, at + 1, next.full ? 'full' : 'partial');
          const before = await fingerprint(database, started.import.supplierId);
          const catalog = model.all();
          const listed = next.listed.map(({ code, n }) => version(code, n));
          const id = await importProducts(database, files, started, listed);
          for (const { code, title, active } of listed)
            model.put(code, id, `${title} ${active ? 'active' : 'inactive'}`);
          const codes = new Set(listed.map(({ code }) => code));
          for (const code of next.full ? model.states.keys() : []) {
            const text = model.text(code);
            if (!codes.has(code) && text?.endsWith(' active'))
              model.put(code, id, text.replace(/ active$/, ' inactive'));
          }
          done.push({ id, before, catalog });
        } else {
          const [undone] = done.splice(next.which % Math.max(done.length, 1), 1);
          if (!undone) continue;
          const summary = await undoImport(database, files, undone.id);
          model.undo(undone.id);
          expect(summary.fingerprintBefore).toBe(undone.before);
          expect(summary.restored).toBe(summary.fingerprint === undone.before);
          if (summary.restored) expect(model.all()).toEqual(undone.catalog);
          else expect(summary.differences).not.toEqual([]);
        }
        expect(await titles(database)).toEqual(model.all());
      }
    }),
    { numRuns: 12 },
  );
}, 240_000);
