import { finishImportInputSchema } from '../../workflows/payloads/import-states.ts';
import type { ImportSummary } from '../../workflows/payloads/summary.ts';
import { uploadReport } from '../shared/aws/upload-report.ts';
import { reportChanges } from '../shared/changes/changes-report.ts';
import { readChanges } from '../shared/changes/read-changes.ts';
import { connectDatabase } from '../shared/database/database.ts';
import { writeSummary } from '../shared/imports/write-summary.ts';
import { emit, emitImportFinished, mostImagesFail } from '../shared/metrics/metrics.ts';
import { writeReport } from '../shared/report/write-report.ts';
import { environment } from '../shared/runtime/environment.ts';
import { importKeys, loggerFor } from '../shared/runtime/logger.ts';
import { finishImport } from './finish-import.ts';

/** State "Finish import". */
export async function handler(event: unknown): Promise<ImportSummary> {
  const input = finishImportInputSchema.parse(event);
  const logger = loggerFor({ ...importKeys(input.import), key: input.upload.key });
  const summary = await finishImport(
    {
      database: await connectDatabase(),
      writeSummary,
      writeReport,
      reportChanges: (importId, key) =>
        reportChanges(readChanges(environment('WORK_BUCKET'), importId), (path) =>
          uploadReport(environment('REPORTS_BUCKET'), key, path, 'text/csv; charset=utf-8'),
        ),
      reportBreach: (missing, images) => {
        logger.error('Images are in no known state', { missing, images });
        emit({ ConservationBreach: Math.abs(missing) });
      },
      now: () => new Date(),
    },
    input,
  );
  const { status, supplier, products, images } = summary;
  logger.info('Import finished', { status, products, images });
  if (mostImagesFail(summary)) logger.warn('Most images of the supplier fail', { supplier, errors: images.errors });
  emitImportFinished(summary);
  return summary;
}
