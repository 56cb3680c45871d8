import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { failEndedUndo, failUndo } from '../../../functions/fail-undo/fail-undo.ts';
import type { Database } from '../../../functions/shared/database/database.ts';
import { imports } from '../../../schema/index.ts';
import { createTestDatabase } from '../../support/database.ts';
import { ChangeFiles, importProducts, startUndo, undoImport } from '../../support/undo.ts';
import { fileAt, first } from '../undo-changes/catalogs.ts';

async function startedUndo() {
  const { database } = await createTestDatabase();
  const files = new ChangeFiles();
  const wrong = await importProducts(database, files, await fileAt(database, 1), first);
  const undo = await startUndo(database, files, wrong);
  return { database, files, wrong, undo, row: await rowOf(database, undo.importId) };
}

async function rowOf(database: Database, id: number) {
  const [row] = await database.select().from(imports).where(eq(imports.id, id));
  if (!row) throw new Error(`Import ${id} has no row`);
  return row;
}

const ended = (executionArn: string, status: 'ABORTED' | 'TIMED_OUT') => ({
  'detail-type': 'Step Functions Execution Status Change' as const,
  detail: { executionArn, name: executionArn.split(':').at(-1) ?? '', status, input: '{}' },
});

describe('an undo that failed', () => {
  it('has its reason in its row, and may be done again', async () => {
    const { database, files, wrong, undo, row } = await startedUndo();
    const execution = { arn: row.executionArn, name: undo.executionName };
    const error = { Error: 'DatabaseUnavailable', Cause: '{"errorMessage":"The database does not answer."}' };
    expect(await failUndo({ database }, { execution, error })).toEqual({
      error: 'DatabaseUnavailable',
      cause: 'The database does not answer.',
    });
    expect(await rowOf(database, undo.importId)).toMatchObject({ status: 'failed', error: 'DatabaseUnavailable' });
    expect(await undoImport(database, files, wrong)).toMatchObject({ restored: true });
  });

  it.each(['ABORTED', 'TIMED_OUT'] as const)('is known to be %s, at once, and may be done again', async (status) => {
    const { database, files, wrong, undo, row } = await startedUndo();
    await failEndedUndo({ database }, ended(row.executionArn, status));
    expect(await rowOf(database, undo.importId)).toMatchObject({
      status: 'failed',
      errorMessage: expect.stringMatching(/undo the import again/),
    });
    expect(await undoImport(database, files, wrong)).toMatchObject({ restored: true });
  });

  it('is not one that has ended: an event comes late', async () => {
    const { database } = await createTestDatabase();
    const files = new ChangeFiles();
    const wrong = await importProducts(database, files, await fileAt(database, 1), first);
    const { importId } = await undoImport(database, files, wrong);
    const { executionArn } = await rowOf(database, importId);
    expect(await failEndedUndo({ database }, ended(executionArn, 'ABORTED'))).toBeNull();
    expect(await rowOf(database, importId)).toMatchObject({ status: 'completed' });
  });
});
