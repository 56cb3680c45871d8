/** Images recorded as if convert-image had converted them, without converting any. */
import { planImages } from '../functions/plan-images/plan-images.ts';
import { recordImages } from '../functions/record-images/record-images.ts';
import type { Database } from '../functions/shared/database/database.ts';
import { defaultSettings } from '../infrastructure/settings/settings.ts';
import { images } from '../schema/index.ts';
import {
  type ImageBatch,
  type ImageOutcome,
  type PlannedImages,
  recordImagesInputSchema,
} from '../workflows/payloads/images.ts';
import { expectEqual } from './bench.ts';
import type { Drop } from './products.ts';

export type Converted = Extract<ImageOutcome, { status: 'converted' }>;
export const { batchSize } = defaultSettings.images;

/** What convert-image says of an image, with values of the usual lengths. */
export function conversion({ imageId, attempt }: { imageId: number; attempt: number }): Converted {
  const sha256 = String(imageId).padStart(64, '0');
  const objectKey = `bench/${sha256.slice(32)}`;
  return {
    imageId,
    attempt,
    firstByteMilliseconds: 120,
    status: 'converted',
    etag: `"${sha256.slice(48)}"`,
    lastModified: 'Tue, 03 Mar 2026 09:00:00 GMT',
    sourceSha256: sha256,
    baseUrl: 'https://d111111abcdef8.cloudfront.net',
    objectKey,
    renditions: { large: [1600, 1600, 96_000], thumb: [400, 400, 24_000] },
  };
}

/** The batches of "Convert images", round by round: the next is planned once those of the last are recorded. */
export async function* planRounds(database: Database, drop: Drop): AsyncGenerator<ImageBatch[]> {
  let planned: PlannedImages | undefined;
  do {
    const round: ImageBatch[] = [];
    const writeBatches = async (_key: string, batches: readonly ImageBatch[]) => void round.push(...batches);
    const dependencies = { database, writeBatches, batchSize, now: () => new Date() };
    planned = await planImages(dependencies, { import: drop.import, images: planned });
    if (round.length > 0) yield round;
  } while (planned.images > 0);
}

/** Records a batch; throws where an image of it is not converted then. */
export async function recordBatch(database: Database, { Items, lanes }: ImageBatch): Promise<void> {
  const input = recordImagesInputSchema.parse({ outcomes: Items.map(conversion), lanes });
  const { converted } = await recordImages({ database, now: () => new Date() }, input);
  expectEqual('images recorded as converted', converted, Items.length);
}

/** Records every image there is, without planning: it is prepared, not measured. */
export async function recordEveryImage(database: Database): Promise<void> {
  const rows = await database.select({ imageId: images.id }).from(images);
  for (let from = 0; from < rows.length; from += 1000) {
    const outcomes = rows.slice(from, from + 1000).map(({ imageId }) => conversion({ imageId, attempt: 1 }));
    await recordImages({ database, now: () => new Date() }, recordImagesInputSchema.parse({ outcomes }));
  }
}
