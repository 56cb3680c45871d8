import type { Database } from '../../functions/shared/database/database.ts';
import type { LaneLimits } from '../../functions/shared/hosts/decide-lanes.ts';
import { takeImages } from '../../functions/take-images/take-images.ts';
import { type ImageBatch, noTakeYet, type TakenImages } from '../../workflows/payloads/images.ts';
import type { RegisteredImport } from '../../workflows/payloads/upload.ts';

export const laneLimits: LaneLimits = { mostPerHost: 64, mostLanes: 700 };
export const batchSize = 40;

export type Take = TakenImages & { lines: ImageBatch[] };

/** A Take of the hosts after `before`, with its batches. */
export async function take(
  database: Database,
  registered: RegisteredImport,
  hosts: string[],
  { before = noTakeYet, limits = {} }: { before?: TakenImages; limits?: Partial<LaneLimits> } = {},
): Promise<Take> {
  const lines: ImageBatch[] = [];
  const writeBatches = async (_key: string, batches: readonly ImageBatch[]) => void lines.push(...batches);
  const taken = await takeImages(
    { database, writeBatches, limits: { ...laneLimits, ...limits }, batchSize },
    { import: registered, round: 1, group: 1, hosts, take: before },
  );
  return { ...taken, lines };
}
