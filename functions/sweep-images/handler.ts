import { type SweepResult, sweepInputSchema } from '../../workflows/payloads.ts';
import { connectDatabase } from '../shared/database.ts';
import { environment } from '../shared/environment.ts';
import { loggerFor } from '../shared/logger.ts';
import { queueClient } from '../shared/queue.ts';
import { sendImages } from './send-images.ts';
import { sweepImages } from './sweep-images.ts';

/** EventBridge Scheduler, every two hours, and `npm run sweep`. */
export async function handler(event: unknown): Promise<SweepResult> {
  const input = sweepInputSchema.parse(event ?? {});
  const logger = loggerFor({});
  const queueUrl = environment('IMAGE_QUEUE_URL');
  const result = await sweepImages(
    {
      database: await connectDatabase(),
      sendImages: (items) =>
        sendImages(queueClient(), queueUrl, items, (reason) => logger.error('SQS refused messages', { reason })),
    },
    input,
  );
  logger.info('Images swept', result);
  return result;
}
