import { type CheckedFeed, checkFeedInputSchema } from '../../workflows/payloads/import-states.ts';
import { connectDatabase } from '../shared/database/database.ts';
import { readRejectedCodes } from '../shared/imports/rejected-codes.ts';
import { environment } from '../shared/runtime/environment.ts';
import { importKeys, loggerFor } from '../shared/runtime/logger.ts';
import { checkFeed } from './check-feed.ts';
import { keepFingerprintBefore } from './keep-fingerprint.ts';
import { readProductCodes } from './read-product-codes.ts';

/** State "Check feed". */
export async function handler(event: unknown): Promise<CheckedFeed> {
  const input = checkFeedInputSchema.parse(event);
  const database = await connectDatabase();
  await keepFingerprintBefore(database, input.import);
  const checked = await checkFeed(
    {
      database,
      readProductCodes: (manifestKey) => readProductCodes(environment('WORK_BUCKET'), manifestKey),
      readRejectedCodes: (importId) => readRejectedCodes(environment('WORK_BUCKET'), importId),
    },
    input,
  );
  loggerFor(importKeys(input.import)).info('Feed checked', checked);
  return checked;
}
