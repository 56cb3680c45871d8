import { z } from 'zod';
import { failImportInputSchema } from '../../workflows/payloads/import-states.ts';
import { reportKeptChanges } from '../shared/changes/report-kept-changes.ts';
import { connectDatabase } from '../shared/database/database.ts';
import { executionStatusChangeSchema } from '../shared/imports/ended-execution.ts';
import { writeSummary } from '../shared/imports/write-summary.ts';
import { emitImportFailed } from '../shared/metrics/metrics.ts';
import { writeReport } from '../shared/report/write-report.ts';
import { loggerFor } from '../shared/runtime/logger.ts';
import { failEndedExecution } from './fail-ended-execution.ts';
import { failImport } from './fail-import.ts';
import type { FailedImport } from './report-failure.ts';

/** Step Functions leaves Cause out where it has nothing to say. */
const caughtSchema = z.object({ Error: z.string().default(''), Cause: z.string().default('') });
const eventSchema = z.union([failImportInputSchema.extend({ error: caughtSchema }), executionStatusChangeSchema]);

/** State "Fail import", and target of the rule for executions that ended without it. */
export async function handler(event: unknown): Promise<FailedImport | null> {
  const input = eventSchema.parse(event);
  const dependencies = {
    database: await connectDatabase(),
    writeSummary,
    writeReport,
    reportChanges: reportKeptChanges,
    now: () => new Date(),
  };
  const failed = await ('detail' in input ? failEndedExecution(dependencies, input) : failImport(dependencies, input));
  const executionArn = 'detail' in input ? input.detail.executionArn : input.execution.arn;
  loggerFor({ executionArn }).info(failed ? 'Import failed' : 'Import had ended already', {
    error: failed?.error,
    cause: failed?.cause,
  });
  if (failed) emitImportFailed(failed.error);
  return failed;
}
