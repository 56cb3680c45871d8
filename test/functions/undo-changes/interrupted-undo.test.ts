import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { undoChanges } from '../../../functions/undo-changes/undo-changes.ts';
import { imports } from '../../../schema/index.ts';
import { writeChunk } from '../../support/chunks.ts';
import { createTestDatabase } from '../../support/database.ts';
import {
  ChangeFiles,
  fingerprint,
  finish,
  importProducts,
  startUndo,
  undoFiles,
  undoImport,
} from '../../support/undo.ts';
import { fileAt, first, second } from './catalogs.ts';

describe('what an interruption leaves of changes and of an undo', () => {
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
    expect(await finish(database, files, again)).toMatchObject({ restored: true, products: 3, leftAlone: 0 });
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
});
