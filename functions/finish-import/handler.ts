import { finishImportInputSchema, type ImportSummary } from '../../workflows/payloads.ts';
import { connectDatabase } from '../shared/database.ts';
import { loggerFor } from '../shared/logger.ts';
import { emitCount } from '../shared/metrics.ts';
import { writeSummary } from '../shared/write-summary.ts';
import { finishImport } from './finish-import.ts';

/** State "Finish import". */
export async function handler(event: unknown): Promise<ImportSummary> {
  const input = finishImportInputSchema.parse(event);
  const logger = loggerFor({ importId: input.import.importId, key: input.upload.key });
  const summary = await finishImport(
    {
      database: await connectDatabase(),
      writeSummary,
      reportBreach: (missing, images) => {
        logger.error('Images are in no known state', { missing, images });
        emitCount('ConservationBreach', Math.abs(missing));
      },
      now: () => new Date(),
    },
    input,
  );
  logger.info('Import finished', { status: summary.status, products: summary.products, images: summary.images });
  return summary;
}
