import { eq, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { imports, suppliers } from '../../schema/index.ts';
import type { failedImportSchema, failImportInputSchema } from '../../workflows/payloads/import-states.ts';
import type { ImportSummary } from '../../workflows/payloads/summary.ts';
import { type Database, withDatabaseErrors } from '../shared/database/database.ts';
import { releaseImages } from '../shared/images/image-ownership.ts';
import { sortableSequencer } from '../shared/imports/file-order.ts';
import { storableKey } from '../shared/imports/object-keys.ts';
import { failureReason, type Reason } from './failure-reason.ts';
import { failureSummary } from './failure-summary.ts';
import { supplierCodeOf } from './supplier-code.ts';

export type Dependencies = {
  database: Database;
  /** Writes summary.json into the reports bucket. */
  writeSummary(key: string, summary: ImportSummary): Promise<void>;
  now(): Date;
};
export type Failure = Pick<z.infer<typeof failImportInputSchema>, 'upload' | 'execution'>;
export type FailedImport = z.infer<typeof failedImportSchema>;

/**
 * Marks the import failed, with the error's name and one sentence, lets go of the images it claimed and writes its
 * summary. A row that another execution has taken over, or brought to an end, stays as that one left it.
 */
export async function failImport(
  dependencies: Dependencies,
  input: z.infer<typeof failImportInputSchema>,
): Promise<FailedImport> {
  const reason = failureReason(input.error);
  const row = await withDatabaseErrors(() => upsertFailure(dependencies, input, reason));
  return reportFailure(dependencies, input, reason, row);
}

export type ImportRow = typeof imports.$inferSelect;

/** Releases the failed import's images and writes its summary; `row` is undefined where another execution has it. */
export async function reportFailure(
  dependencies: Dependencies,
  failure: Failure,
  reason: Reason,
  row: ImportRow | undefined,
): Promise<FailedImport> {
  if (row) await withDatabaseErrors(() => releaseImages(dependencies.database, row.id));
  const summary = await withDatabaseErrors(() => failureSummary(dependencies, failure, reason, row));
  await dependencies.writeSummary(summary.reports.summary, summary);
  return { error: reason.name, cause: reason.message, summary };
}

async function upsertFailure(
  { database, now }: Dependencies,
  { upload, execution }: Failure,
  reason: Reason,
): Promise<ImportRow | undefined> {
  const failed = {
    executionArn: execution.arn,
    status: 'failed' as const,
    error: reason.name,
    errorMessage: reason.message,
    finishedAt: now(),
  };
  const [row] = await database
    .insert(imports)
    .values({
      bucket: upload.bucket,
      objectKey: storableKey(upload.key),
      versionId: upload.versionId,
      supplierId: await findSupplier(database, upload.key),
      uploadedAt: new Date(upload.uploadedAt),
      sequencer: sortableSequencer(upload.sequencer),
      ...failed,
    })
    .onConflictDoUpdate({
      target: [imports.bucket, imports.objectKey, imports.versionId],
      set: failed,
      setWhere: sql`${imports.executionArn} = ${execution.arn} or ${imports.status} = 'failed'`,
    })
    .returning();
  return row;
}

async function findSupplier(database: Database, key: string): Promise<number | null> {
  const code = supplierCodeOf(key);
  if (code === null) return null;
  const [supplier] = await database.select({ id: suppliers.id }).from(suppliers).where(eq(suppliers.code, code));
  return supplier?.id ?? null;
}
