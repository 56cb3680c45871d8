import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createTestDatabase } from '../../support/database.ts';
import { ChangeFiles, fingerprint, importProducts, undoImport } from '../../support/undo.ts';
import { fileAt, titles, version } from './catalogs.ts';

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
