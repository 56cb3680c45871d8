import type { z } from 'zod';
import type { ImportRow } from '../../schema/index.ts';
import type { failedImportSchema } from '../../workflows/payloads/import-states.ts';
import type { ImportSummary } from '../../workflows/payloads/summary.ts';
import type { ChangeCounts } from '../shared/changes/changes-report.ts';
import { type Database, withDatabaseErrors } from '../shared/database/database.ts';
import { releaseImages } from '../shared/images/image-ownership.ts';
import type { Reason } from '../shared/imports/failure-reason.ts';
import { reportKeys } from '../shared/imports/object-keys.ts';
import { renderReport } from '../shared/report/render-report.ts';
import { type Failure, failureSummary, reportFolder } from './failure-summary.ts';

export type Dependencies = {
  database: Database;
  /** Writes summary.json into the reports bucket. */
  writeSummary(key: string, summary: ImportSummary): Promise<void>;
  /** Writes report.html into the reports bucket. */
  writeReport(key: string, html: string): Promise<void>;
  /** Writes changes.csv of all that the import changed before it failed, and counts it. */
  reportChanges(importId: number, key: string): Promise<ChangeCounts>;
  now(): Date;
};
export type FailedImport = z.infer<typeof failedImportSchema>;

/** Releases the failed import's images and writes its summary and its report; `row` is undefined where another execution has it. */
export async function reportFailure(
  dependencies: Dependencies,
  failure: Failure,
  reason: Reason,
  row: ImportRow | undefined,
): Promise<FailedImport> {
  if (row) await withDatabaseErrors(() => releaseImages(dependencies.database, row.id));
  const changesKey = reportKeys.changes(reportFolder(failure), failure.execution.name);
  const changes = row ? await dependencies.reportChanges(row.id, changesKey) : {};
  const report = await withDatabaseErrors(() => failureSummary(dependencies, failure, reason, row, changes));
  const { summary } = report;
  await dependencies.writeSummary(summary.reports.summary, summary);
  await dependencies.writeReport(summary.reports.report, renderReport(report));
  return { error: reason.name, cause: reason.message, summary };
}
