import { uploadReport } from '../aws/upload-report.ts';
import { environment } from '../runtime/environment.ts';
import { type ChangeCounts, reportChanges } from './changes-report.ts';
import { readChanges } from './read-changes.ts';

/** Writes changes.csv of all that an import changed into the reports bucket, and counts it. */
export function reportKeptChanges(importId: number, key: string): Promise<ChangeCounts> {
  return reportChanges(readChanges(environment('WORK_BUCKET'), importId), (path) =>
    uploadReport(environment('REPORTS_BUCKET'), key, path, 'text/csv; charset=utf-8'),
  );
}
