import { eq, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { type ImportRow, imports, suppliers } from '../../schema/index.ts';
import type { failImportInputSchema } from '../../workflows/payloads/import-states.ts';
import { type Database, withDatabaseErrors } from '../shared/database/database.ts';
import { failureReason, type Reason } from '../shared/imports/failure-reason.ts';
import { sortableSequencer } from '../shared/imports/file-order.ts';
import { storableKey } from '../shared/imports/object-keys.ts';
import type { Failure } from './failure-summary.ts';
import { type Dependencies, type FailedImport, reportFailure } from './report-failure.ts';
import { supplierCodeOf } from './supplier-code.ts';

/**
 * Marks the import failed, with the error's name and one sentence, lets go of the images it claimed and writes its
 * summary and its report. A row that another execution has taken over, or brought to an end, stays as that one left it.
 */
export async function failImport(
  dependencies: Dependencies,
  input: z.infer<typeof failImportInputSchema>,
): Promise<FailedImport> {
  const reason = failureReason(input.error);
  const row = await withDatabaseErrors(() => upsertFailure(dependencies, input, reason));
  return reportFailure(dependencies, input, reason, row);
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
