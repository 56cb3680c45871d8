import { and, eq } from 'drizzle-orm';
import { imports } from '../../schema/index.ts';
import { productImportInputSchema } from '../../workflows/payloads/import-states.ts';
import { withDatabaseErrors } from '../shared/database/database.ts';
import { type ExecutionStatusChange, reasonOfEnd } from '../shared/imports/ended-execution.ts';
import { type Dependencies, type FailedImport, reportFailure } from './report-failure.ts';

/**
 * Marks the import of an execution that was stopped, or that failed without reaching "Fail import", as failed. Returns
 * null where there is nothing to do: the row is another execution's, or has ended.
 */
export async function failEndedExecution(
  dependencies: Dependencies,
  { detail }: ExecutionStatusChange,
): Promise<FailedImport | null> {
  const reason = reasonOfEnd(detail, 'import', 'drop the file again');
  const [row] = await withDatabaseErrors(() =>
    dependencies.database
      .update(imports)
      .set({ status: 'failed', error: reason.name, errorMessage: reason.message, finishedAt: dependencies.now() })
      .where(and(eq(imports.executionArn, detail.executionArn), eq(imports.status, 'running')))
      .returning(),
  );
  if (!row) return null;
  const { upload } = productImportInputSchema.parse(JSON.parse(detail.input));
  const execution = { arn: detail.executionArn, name: detail.name };
  return reportFailure(dependencies, { upload, execution }, reason, row);
}
