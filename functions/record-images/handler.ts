import { type RecordedImages, recordImagesInputSchema } from '../../workflows/payloads/images.ts';
import { connectDatabase } from '../shared/database/database.ts';
import { emitImagesRecorded } from '../shared/metrics/metrics.ts';
import { loggerFor } from '../shared/runtime/logger.ts';
import { recordImages } from './record-images.ts';

/** State "Record images", the second of the two that convert images. */
export async function handler(event: unknown): Promise<RecordedImages> {
  const input = recordImagesInputSchema.parse(event);
  const recorded = await recordImages({ database: await connectDatabase(), now: () => new Date() }, input);
  emitImagesRecorded(input.outcomes);
  loggerFor({}).info('Images recorded', recorded);
  return recorded;
}
