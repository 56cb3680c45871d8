import { type SweepResult, sweepInputSchema } from '../../workflows/payloads/sweep.ts';
import { listObjects, removeObjects } from '../shared/aws/storage.ts';
import { connectDatabase } from '../shared/database/database.ts';
import { emit, emitSweep } from '../shared/metrics/metrics.ts';
import { environment } from '../shared/runtime/environment.ts';
import { loggerFor } from '../shared/runtime/logger.ts';
import { queueClient } from './queue.ts';
import { sendBatches } from './send-batches.ts';
import { sweepImages } from './sweep-images.ts';
import { noteUntrackedObjects } from './untracked-objects.ts';
import { measureWaitingImages } from './waiting-images.ts';

/** State "Sweep" of SweepImages. */
export async function handler(event: unknown): Promise<SweepResult> {
  const input = sweepInputSchema.parse(event);
  const logger = loggerFor({});
  const queueUrl = environment('IMAGE_QUEUE_URL');
  const imagesBucket = environment('IMAGES_BUCKET');
  const database = await connectDatabase();
  const result = await sweepImages(
    {
      database,
      sendBatches: (batches) =>
        sendBatches(queueClient(), queueUrl, batches, (reason) => logger.error('SQS refused a message', { reason })),
      noteUntracked: (supplier) =>
        noteUntrackedObjects(database, listObjects(imagesBucket, supplier === null ? '' : `${supplier}/`), new Date()),
      removeObjects: (keys) => removeObjects(imagesBucket, keys),
      reportBreach: (lost) => {
        logger.error('Images are in no known state', { lost });
        emit({ ConservationBreach: lost });
      },
      reportSilent: (imports) => logger.warn('Imports are silent: their images are released', { imports }),
      limits: {
        mostPerHost: Number(environment('MOST_LANES_PER_HOST')),
        mostLanes: Number(environment('MOST_LANES')),
      },
      consumers: Number(environment('MOST_QUEUE_LANES')),
      batchSize: Number(environment('IMAGES_PER_BATCH')),
      now: () => new Date(),
    },
    input,
  );
  const waiting = await measureWaitingImages(database);
  emitSweep({ queued: result.queued - (input.asked.swept?.queued ?? 0) }, waiting);
  logger.info('Images swept', { ...result, ...waiting });
  return result;
}
