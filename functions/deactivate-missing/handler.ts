import { type Deactivated, deactivateMissingInputSchema } from '../../workflows/payloads/import-states.ts';
import { writeJsonLines } from '../shared/aws/storage.ts';
import { connectDatabase } from '../shared/database/database.ts';
import { readRejectedCodes } from '../shared/imports/rejected-codes.ts';
import { emit } from '../shared/metrics/metrics.ts';
import { environment } from '../shared/runtime/environment.ts';
import { importKeys, loggerFor } from '../shared/runtime/logger.ts';
import { deactivateMissing } from './deactivate-missing.ts';

/** State "Deactivate missing". */
export async function handler(event: unknown): Promise<Deactivated> {
  const input = deactivateMissingInputSchema.parse(event);
  const deactivated = await deactivateMissing(
    {
      database: await connectDatabase(),
      readRejectedCodes: (importId) => readRejectedCodes(environment('WORK_BUCKET'), importId),
      writeChanges: (key, changes) => writeJsonLines(environment('WORK_BUCKET'), key, changes),
    },
    input,
  );
  loggerFor(importKeys(input.import)).info('Missing products deactivated', deactivated);
  emit({ ProductsDeactivated: deactivated.deactivated });
  return deactivated;
}
