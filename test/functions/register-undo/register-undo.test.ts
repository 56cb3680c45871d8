import { eq, sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { imports } from '../../../schema/index.ts';
import { writeChunk } from '../../support/chunks.ts';
import { createTestDatabase } from '../../support/database.ts';
import { ChangeFiles, importProducts, startUndo, undoImport } from '../../support/undo.ts';
import { fileAt, first, second, version } from '../undo-changes/catalogs.ts';

describe('an undo', () => {
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
});
