import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../../functions/shared/database/database.ts';
import { applyColumns } from '../../../functions/supplier-settings/apply-columns.ts';
import { imports, suppliers } from '../../../schema/index.ts';
import { appliedColumnsSchema } from '../../../workflows/payloads/import-states.ts';
import { createTestDatabase } from '../../support/database.ts';
import { type StartedImport, startImport } from '../../support/imports.ts';

/** The import of a file that was refused, and that of the columns.xlsx that came back for it. */
async function aRefusedFile({ supplier = 'acme', versioned = true } = {}) {
  const { database } = await createTestDatabase();
  const version = versioned ? { versionId: 'v1', objectVersionId: 'v1' } : { versionId: '1a', sequencer: '1A' };
  const refused = await startImport(database, { key: 'acme/list.csv', ...version });
  await database.update(imports).set({ status: 'failed' }).where(eq(imports.id, refused.import.importId));
  const columns = await startImport(database, { key: `${supplier}/columns.xlsx` });
  return { database, refused, columns };
}

function apply(
  database: Database,
  { upload, import: registered }: StartedImport,
  importId: number | null,
  etag: string | null = null,
) {
  const chosen = { importId, etag, columnMapping: { Listino: 'Price', Nome: 'Title', Note: null } };
  return applyColumns({ database, readChosenColumns: async () => chosen }, { upload, import: registered });
}

async function mappingOf(database: Database, code: string) {
  const [supplier] = await database.select().from(suppliers).where(eq(suppliers.code, code));
  return supplier?.columnMapping;
}

describe('a columns.xlsx that came back', () => {
  it('is the supplier’s mapping, and says which object to import again, however often it is applied', async () => {
    const { database, refused, columns } = await aRefusedFile();
    await database.update(suppliers).set({ columnMapping: { note: 'ignore', Codice: 'SKU' } });
    for (const _ of [1, 2]) {
      const { again } = appliedColumnsSchema.parse(await apply(database, columns, refused.import.importId));
      expect(again).toMatchObject({ bucket: 'uploads', key: 'acme/list.csv', versionId: 'v1', objectVersionId: 'v1' });
      expect(Date.parse(again?.uploadedAt ?? '')).toBe(Date.parse(refused.upload.uploadedAt));
      expect(await mappingOf(database, 'acme')).toEqual({ Codice: 'SKU', Listino: 'Price', Nome: 'Title' });
    }
  });

  it('repeats no import of another supplier, and changes its own supplier alone', async () => {
    const { database, refused, columns } = await aRefusedFile({ supplier: 'thief' });
    expect(await apply(database, columns, refused.import.importId)).toEqual({ again: null });
    expect(await mappingOf(database, 'acme')).toEqual({});
    expect(await mappingOf(database, 'thief')).toEqual({ Listino: 'Price', Nome: 'Title' });
  });

  it('names the very object by its entity tag where the bucket has no versions, and none without one', async () => {
    const { database, refused, columns } = await aRefusedFile({ versioned: false });
    const { importId } = refused.import;
    const { again } = await apply(database, columns, importId, 'e7a6');
    expect(again).toMatchObject({ key: 'acme/list.csv', versionId: '1a', objectVersionId: null, etag: 'e7a6' });
    expect(await apply(database, columns, importId)).toEqual({ again: null });
  });

  it('repeats nothing where the file names no import', async () => {
    const { database, columns } = await aRefusedFile();
    expect(await apply(database, columns, null)).toEqual({ again: null });
    expect(await apply(database, columns, 999_999)).toEqual({ again: null });
  });

  it('is refused, and nothing stored, while the import that it is of still runs', async () => {
    const { database, refused, columns } = await aRefusedFile();
    await database.update(imports).set({ status: 'running' }).where(eq(imports.id, refused.import.importId));
    await expect(apply(database, columns, refused.import.importId)).rejects.toMatchObject({
      name: 'InvalidColumns',
      message: expect.stringMatching(/“acme\/list\.csv”.* still runs\. Drop columns\.xlsx again/),
    });
    expect(await mappingOf(database, 'acme')).toEqual({});
  });
});
