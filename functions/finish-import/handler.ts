import { finishImportInputSchema } from '../../workflows/payloads/import-states.ts';
import type { ImportSummary } from '../../workflows/payloads/summary.ts';
import { reportKeptChanges } from '../shared/changes/report-kept-changes.ts';
import { connectDatabase } from '../shared/database/database.ts';
import { writeSummary } from '../shared/imports/write-summary.ts';
import { emit, emitImportFinished, mostImagesFail } from '../shared/metrics/metrics.ts';
import { writeReport } from '../shared/report/write-report.ts';
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
      reportChanges: reportKeptChanges,
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
