/** Images recorded as if convert-image had converted them, without converting any. */
import { planImages } from '../../functions/plan-images/plan-images.ts';
import { recordImages } from '../../functions/record-images/record-images.ts';
import type { Database } from '../../functions/shared/database/database.ts';
import { takeImages } from '../../functions/take-images/take-images.ts';
import { defaultSettings } from '../../infrastructure/settings/settings.ts';
import { images } from '../../schema/index.ts';
import {
  type HostGroup,
  type ImageBatch,
  type ImageOutcome,
  noTakeYet,
  recordImagesInputSchema,
} from '../../workflows/payloads/images.ts';
import { expectEqual } from '../bench.ts';
import type { Drop } from './products.ts';

export type Converted = Extract<ImageOutcome, { status: 'converted' }>;
export const { batchSize, ...limits } = defaultSettings.images;

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

/** The batches of an import's Takes: the next is taken once those of the last are recorded. */
export async function* takeBatches(database: Database, drop: Drop): AsyncGenerator<ImageBatch[]> {
  const groups: HostGroup[] = [];
  await planImages(
    { database, now: () => new Date(), writeGroups: async (_key, lines) => void groups.push(...lines) },
    { import: drop.import, images: { round: 0, groups: 0, key: '', left: null, plannedAt: null } },
  );
  for (const group of groups) {
    let take = noTakeYet;
    do {
      const batches: ImageBatch[] = [];
      const writeBatches = async (_key: string, lines: readonly ImageBatch[]) => void batches.push(...lines);
      take = await takeImages(
        { database, writeBatches, limits, batchSize },
        { ...group, import: drop.import, round: 1, take },
      );
      if (batches.length > 0) yield batches;
    } while (take.batches > 0);
  }
}

/** Records a batch as one whose images took 0.6 s each; throws where an image of it is not converted then. */
export async function recordBatch(database: Database, { Items, takenAt, holder }: ImageBatch): Promise<void> {
  const batchStartedAt = new Date(Date.now() - 600 * Items.length).toISOString();
  const input = recordImagesInputSchema.parse({ outcomes: Items.map(conversion), takenAt, holder, batchStartedAt });
  const { converted } = await recordImages({ database, now: () => new Date() }, input);
  expectEqual('images recorded as converted', converted, Items.length);
}

/** Records every image there is, without planning: it is prepared, not measured. */
export async function recordEveryImage(database: Database): Promise<void> {
  const rows = await database.select({ imageId: images.id }).from(images);
  for (let from = 0; from < rows.length; from += 1000) {
    const outcomes = rows.slice(from, from + 1000).map(({ imageId }) => conversion({ imageId, attempt: 1 }));
    const now = new Date();
    const batch = { takenAt: now.getTime(), holder: null, batchStartedAt: now.toISOString() };
    await recordImages({ database, now: () => now }, recordImagesInputSchema.parse({ outcomes, ...batch }));
  }
}
