import { type PlannedImages, planImagesInputSchema } from '../../workflows/payloads.ts';
import { connectDatabase } from '../shared/database.ts';
import { environment } from '../shared/environment.ts';
import { loggerFor } from '../shared/logger.ts';
import { streamJsonLines } from '../shared/stream-json-lines.ts';
import { planImages } from './plan-images.ts';

/** State "Plan images". */
export async function handler(event: unknown): Promise<PlannedImages> {
  const input = planImagesInputSchema.parse(event);
  const planned = await planImages(
    {
      database: await connectDatabase(),
      writeItems: (key, pages) => streamJsonLines(environment('WORK_BUCKET'), key, pages),
    },
    input,
  );
  loggerFor({ importId: input.import.importId }).info('Images planned', planned);
  return planned;
}
