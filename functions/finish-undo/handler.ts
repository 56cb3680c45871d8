import { stringify } from 'csv-stringify/sync';
import { finishUndoInputSchema, type UndoSummary } from '../../workflows/payloads/undo.ts';
import { writeObject } from '../shared/aws/storage.ts';
import { readChanges } from '../shared/changes/read-changes.ts';
import { reportKeptChanges } from '../shared/changes/report-kept-changes.ts';
import { connectDatabase } from '../shared/database/database.ts';
import { writeSummary } from '../shared/imports/write-summary.ts';
import { environment } from '../shared/runtime/environment.ts';
import { loggerFor } from '../shared/runtime/logger.ts';
import { finishUndo } from './finish-undo.ts';

/** State "Finish undo". */
export async function handler(event: unknown): Promise<UndoSummary> {
  const input = finishUndoInputSchema.parse(event);
  const reports = environment('REPORTS_BUCKET');
  const summary = await finishUndo(
    {
      database: await connectDatabase(),
      reportChanges: reportKeptChanges,
      readChanges: (importId) => readChanges(environment('WORK_BUCKET'), importId),
      writeDifferences: (key, differences) => {
        const rows = [['code', 'reason'], ...differences.map(({ code, reason }) => [code, reason])];
        const csv = `\uFEFF${stringify(rows, { escape_formulas: true })}`;
        return writeObject(reports, key, csv, { contentType: 'text/csv; charset=utf-8' });
      },
      writeSummary,
    },
    input,
  );
  const { importId, executionName } = input.undo;
  const { restored, products, leftAlone } = summary;
  loggerFor({ importId, executionName }).info('Undo finished', { restored, products, leftAlone });
  return summary;
}
