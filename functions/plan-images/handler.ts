import { type PlannedImages, planImagesInputSchema } from '../../workflows/payloads/images.ts';
import { writeJsonLines } from '../shared/aws/storage.ts';
import { connectDatabase } from '../shared/database/database.ts';
import { environment } from '../shared/runtime/environment.ts';
import { importKeys, loggerFor } from '../shared/runtime/logger.ts';
import { planImages } from './plan-images.ts';

/** State "Plan images". */
export async function handler(event: unknown): Promise<PlannedImages> {
  const input = planImagesInputSchema.parse(event);
  const planned = await planImages(
    {
      database: await connectDatabase(),
      now: () => new Date(),
      writeGroups: (key, groups) => writeJsonLines(environment('WORK_BUCKET'), key, groups),
    },
    input,
  );
  loggerFor(importKeys(input.import)).info('Images planned', planned);
  return planned;
}
