import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { failEndedExecution } from '../../../functions/fail-import/fail-ended-execution.ts';
import { failImport } from '../../../functions/fail-import/fail-import.ts';
import { registerImport } from '../../../functions/register-import/register-import.ts';
import type { Database } from '../../../functions/shared/database/database.ts';
import { recoverLostImages, releaseAbandonedImages } from '../../../functions/shared/images/image-ownership.ts';
import { images, imports } from '../../../schema/index.ts';
import { failedImportSchema } from '../../../workflows/payloads/import-states.ts';
import type { ImportSummary } from '../../../workflows/payloads/summary.ts';
import { writeChunk } from '../../support/chunks.ts';
import { createTestDatabase } from '../../support/database.ts';
import { anUpload, aProduct, startImport } from '../../support/imports.ts';

const now = new Date('2026-03-01T12:10:00.000Z');
const execution = { arn: 'arn:execution:1', name: 'execution-1' };
const error = {
  Error: 'EmptySpreadsheet',
  Cause: '{"errorType":"EmptySpreadsheet","errorMessage":"The file is empty."}',
};

function dependencies(database: Database) {
  const written = new Map<string, ImportSummary>();
  const writeSummary = async (key: string, summary: ImportSummary) => void written.set(key, summary);
  const reports = new Map<string, string>();
  const writeReport = async (key: string, html: string) => void reports.set(key, html);
  const reportChanges = async (importId: number) => ({ Title: importId });
  return { database, writeSummary, writeReport, reportChanges, now: () => now, written, reports };
}

describe('failing an import', () => {
  it('closes the row with the reason and writes the summary', async () => {
    const { database } = await createTestDatabase();
    const started = await startImport(database);
    const own = dependencies(database);
    const failed = await failImport(own, { ...started, error });
    expect(failedImportSchema.parse(failed)).toMatchObject({
      error: 'EmptySpreadsheet',
      cause: 'The file is empty.',
      summary: {
        status: 'failed',
        supplier: 'acme',
        error: { name: 'EmptySpreadsheet', message: 'The file is empty.' },
      },
    });
    expect(failed.summary).toMatchObject({
      changes: { Title: started.import.importId },
      reports: { changes: `acme/${started.execution.name}/changes.csv` },
    });
    expect([...own.written.keys()]).toEqual([`acme/${started.execution.name}/summary.json`]);
    expect([...own.reports.keys()]).toEqual([`acme/${started.execution.name}/report.html`]);
    expect([...own.reports.values()][0]).toContain('The file is empty.');
    expect(await database.select().from(imports)).toMatchObject([
      { status: 'failed', error: 'EmptySpreadsheet', errorMessage: 'The file is empty.', finishedAt: now },
    ]);
  });

  it('leaves a row for an upload that names no supplier', async () => {
    const { database } = await createTestDatabase();
    const own = dependencies(database);
    const upload = anUpload({ key: 'stray.xlsx' });
    await failImport(own, { upload, execution, error: { Error: 'UnsupportedObjectKey', Cause: '' } });
    expect(await database.select().from(imports)).toMatchObject([
      { objectKey: 'stray.xlsx', supplierId: null, status: 'failed', error: 'UnsupportedObjectKey' },
    ]);
    expect([...own.written.keys()]).toEqual(['_unknown/execution-1/summary.json']);
    expect([...own.reports.keys()]).toEqual(['_unknown/execution-1/report.html']);
    // Delivered again, it is the same row.
    await failImport(own, { upload, execution, error: { Error: 'UnsupportedObjectKey', Cause: '' } });
    expect(await database.$count(imports)).toBe(1);
  });

  it.each(['acme/a\0b.csv', 'acme/\ud83d.csv'])('leaves a row for the key %j, which no text can hold', async (key) => {
    const { database } = await createTestDatabase();
    const own = dependencies(database);
    const upload = anUpload({ key, versionId: 'v' });
    const refused = await registerImport({ database }, { upload, execution }).catch((thrown: Error) => thrown);
    expect(refused).toMatchObject({ name: 'UnsupportedObjectKey' });
    const caught = { Error: 'UnsupportedObjectKey', Cause: JSON.stringify({ errorMessage: Object(refused).message }) };
    const failed = failedImportSchema.parse(await failImport(own, { upload, execution, error: caught }));
    expect(failed.cause).toContain('another name');
    expect(JSON.stringify(failed)).not.toMatch(/\\u0000|\\ud83d/);
    expect(await database.select().from(imports)).toMatchObject([
      { objectKey: key.replace(/[\0\ud83d]/, '\ufffd'), status: 'failed', error: 'UnsupportedObjectKey' },
    ]);
  });

  it('lets go of the images the import had claimed and counts what it had written', async () => {
    const { database } = await createTestDatabase();
    const started = await startImport(database);
    await writeChunk(database, started, [aProduct({ images: ['https://cdn.example/a.jpg'] })]);
    await database.update(images).set({ status: 'queued', claimedAt: now, nextAttemptAt: null });
    const own = dependencies(database);
    const { summary } = await failImport(own, { ...started, error });
    expect(summary).toMatchObject({ products: { created: 1 }, images: { distinct: 1, waiting: 1 } });
    expect(own.reports.get(summary.reports.report)).toContain('<bdi>Mug</bdi>');
    expect(await database.select().from(images)).toMatchObject([{ status: 'pending', claimedAt: null }]);
  });

  it.each([
    { status: 'running' as const, kept: true },
    { status: 'completed' as const, kept: true },
    { status: 'failed' as const, kept: false },
  ])('keeps a row that another execution made $status: $kept', async ({ status, kept }) => {
    const { database } = await createTestDatabase();
    const started = await startImport(database);
    await database.update(imports).set({ status });
    await failImport(dependencies(database), { upload: started.upload, execution, error });
    const [row] = await database.select().from(imports);
    expect(row).toMatchObject(kept ? { status, error: null } : { status: 'failed', error: 'EmptySpreadsheet' });
  });
});

describe('an execution that ended without its "Fail import"', () => {
  const ended = (status: 'ABORTED' | 'TIMED_OUT' | 'FAILED', of: typeof execution, upload = anUpload()) => ({
    'detail-type': 'Step Functions Execution Status Change' as const,
    detail: { executionArn: of.arn, name: of.name, status, input: JSON.stringify({ upload }) },
  });

  it.each([
    { status: 'ABORTED' as const, error: 'ExecutionAborted' },
    { status: 'TIMED_OUT' as const, error: 'ExecutionTimedOut' },
    { status: 'FAILED' as const, error: 'ExecutionFailed' },
  ])('that is $status fails its running import with $error', async ({ status, error: name }) => {
    const { database } = await createTestDatabase();
    const started = await startImport(database);
    const own = dependencies(database);
    const failed = await failEndedExecution(own, ended(status, started.execution, started.upload));
    expect(failed).toMatchObject({ error: name, summary: { supplier: 'acme', error: { name } } });
    expect(await database.select().from(imports)).toMatchObject([{ status: 'failed', error: name }]);
    expect(own.written.size).toBe(1);
  });

  it.each(['States.DataLimitExceeded', 'States.Runtime'])(
    'that failed with %s, which no Catch sees, fails its import by a name of ours with the cause',
    async (error) => {
      const { database } = await createTestDatabase();
      const started = await startImport(database);
      const event = ended('FAILED', started.execution, started.upload);
      const cause = 'The state/task returned a result with a size exceeding the maximum number of bytes.';
      const change = { ...event, detail: { ...event.detail, error, cause } };
      const name = error.replace('States.', 'StepFunctions.');
      const failed = await failEndedExecution(dependencies(database), change);
      expect(failed).toMatchObject({ error: name, cause, summary: { error: { name, message: cause } } });
      expect(await database.select().from(imports)).toMatchObject([
        { status: 'failed', error: name, errorMessage: cause },
      ]);
    },
  );

  it('has the images looked for again that a function in flight inserts after it was stopped', async () => {
    const { database } = await createTestDatabase();
    const started = await startImport(database);
    await failEndedExecution(dependencies(database), ended('ABORTED', started.execution, started.upload));
    await database.update(imports).set({ finishedAt: new Date() });
    await writeChunk(database, started, [aProduct({ images: ['https://cdn.example/a.jpg'] })]);
    expect(await recoverLostImages(database)).toBe(0);
    expect(await releaseAbandonedImages(database)).toMatchObject({ released: 0 });
    await database.update(imports).set({ finishedAt: new Date(Date.now() - 16 * 60_000) });
    // The import ended longer ago than any function runs.
    expect(await releaseAbandonedImages(database)).toEqual({ released: 1, silent: [] });
    expect(await database.select().from(images)).toMatchObject([
      { status: 'pending', nextAttemptAt: expect.any(Date) },
    ]);
    expect(await releaseAbandonedImages(database)).toMatchObject({ released: 0 });
  });

  it('changes nothing where the import has ended or runs in another execution', async () => {
    const { database } = await createTestDatabase();
    const { upload, execution: first, import: registered } = await startImport(database);
    await database.update(imports).set({ status: 'completed' });
    expect(await failEndedExecution(dependencies(database), ended('ABORTED', first, upload))).toBeNull();
    await registerImport({ database }, { upload, execution });
    expect(await failEndedExecution(dependencies(database), ended('ABORTED', first, upload))).toBeNull();
    const [row] = await database.select().from(imports).where(eq(imports.id, registered.importId));
    expect(row).toMatchObject({ status: 'running', executionArn: execution.arn });
  });
});
