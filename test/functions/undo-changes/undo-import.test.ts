import { describe, expect, it } from 'vitest';
import { products } from '../../../schema/index.ts';
import { writeChunk } from '../../support/chunks.ts';
import { createTestDatabase } from '../../support/database.ts';
import { ChangeFiles, fingerprint, importProducts, startUndo, undoFiles, undoImport } from '../../support/undo.ts';
import { fileAt, first, second, titles, version } from './catalogs.ts';

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

  it('lists no product that others have made what it was', async () => {
    const { database } = await createTestDatabase();
    const files = new ChangeFiles();
    await importProducts(database, files, await fileAt(database, 1), first);
    const wrong = await importProducts(database, files, await fileAt(database, 2), [version('A', 3), version('B', 5)]);
    await importProducts(database, files, await fileAt(database, 3), [version('A', 0), version('C', 5)]);
    const last = await importProducts(database, files, await fileAt(database, 4), [version('C', 7)]);
    const undone = await undoImport(database, files, wrong);
    expect(undone).toMatchObject({ restored: false, products: 1, leftAlone: 1 });
    expect(undone.differences).toEqual([{ code: 'C', reason: `Import ${last} has changed it since.` }]);
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
});
