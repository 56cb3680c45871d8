import { type TakenImages, takeImagesInputSchema } from '../../workflows/payloads/images.ts';
import { writeJsonLines } from '../shared/aws/storage.ts';
import { connectDatabase } from '../shared/database/database.ts';
import { environment } from '../shared/runtime/environment.ts';
import { importKeys, loggerFor } from '../shared/runtime/logger.ts';
import { takeImages } from './take-images.ts';

/** State "Take images". */
export async function handler(event: unknown): Promise<TakenImages> {
  const input = takeImagesInputSchema.parse(event);
  const taken = await takeImages(
    {
      database: await connectDatabase(),
      writeBatches: (key, batches) => writeJsonLines(environment('WORK_BUCKET'), key, batches),
      limits: {
        mostPerHost: Number(environment('MOST_LANES_PER_HOST')),
        mostLanes: Number(environment('MOST_LANES')),
      },
      batchSize: Number(environment('IMAGES_PER_BATCH')),
    },
    input,
  );
  loggerFor(importKeys(input.import)).info('Images taken', { ...taken, hosts: input.hosts.slice(0, 3) });
  return taken;
}
