import type { z } from 'zod';
import { type SweepResult, sweepInputSchema } from '../../workflows/payloads/sweep.ts';
import { listObjects, removeObjects } from '../shared/aws/storage.ts';
import { connectDatabase, type Database } from '../shared/database/database.ts';
import { emit, emitSweep } from '../shared/metrics/metrics.ts';
import { environment } from '../shared/runtime/environment.ts';
import { loggerFor } from '../shared/runtime/logger.ts';
import { queueClient } from './queue.ts';
import { sendBatches } from './send-batches.ts';
import { sweepImages } from './sweep-images.ts';
import { noteUntrackedObjects } from './untracked-objects.ts';
import { measureWaitingImages } from './waiting-images.ts';

/** State "Sweep" of SweepImages, and `npm run sweep`. */
export async function handler(event: unknown): Promise<SweepResult> {
  const input = sweepInputSchema.parse(event ?? {});
  const logger = loggerFor({});
  const queueUrl = environment('IMAGE_QUEUE_URL');
  const imagesBucket = environment('IMAGES_BUCKET');
  const database = await connectDatabase();
  const untracked = await noteUntracked(database, imagesBucket, input);
  const swept = await sweepImages(
    {
      database,
      sendBatches: (batches) =>
        sendBatches(queueClient(), queueUrl, batches, (reason) => logger.error('SQS refused a message', { reason })),
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
  const result = { ...swept, ...(input.untracked && { untracked }) };
  const waiting = await measureWaitingImages(database);
  emitSweep(result, waiting);
  logger.info('Images swept', { ...result, ...waiting });
  return result;
}

async function noteUntracked(database: Database, bucket: string, { untracked }: z.infer<typeof sweepInputSchema>) {
  if (untracked === undefined) return 0;
  const prefix = untracked.supplier === null ? '' : `${untracked.supplier}/`;
  return noteUntrackedObjects(database, listObjects(bucket, prefix), new Date());
}
