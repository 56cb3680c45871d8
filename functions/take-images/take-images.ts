import type { z } from 'zod';
import {
  type ImageBatch,
  noTakeYet,
  type TakenImages,
  type takeImagesInputSchema,
} from '../../workflows/payloads/images.ts';
import { type Database, withDatabaseErrors } from '../shared/database/database.ts';
import { importHolder, type LaneLimits } from '../shared/hosts/decide-lanes.ts';
import { returnLanes, takeLanes } from '../shared/hosts/host-lanes.ts';
import { readDemands, readOwedImages } from '../shared/images/owed-images.ts';
import { keepAlive } from '../shared/imports/heartbeat.ts';
import { workKeys } from '../shared/imports/object-keys.ts';
import { batchesAtOnce, batchesOfTake, roomsOfTake } from './batches.ts';
import { waitFor } from './waits.ts';

export type Dependencies = {
  database: Database;
  /** Writes one batch a line, as JSONL. */
  writeBatches(key: string, batches: readonly ImageBatch[]): Promise<void>;
  limits: LaneLimits;
  /** Images in one batch at most. */
  batchSize: number;
};

/**
 * Takes of one child at most: it ends before its history is full (25,000 events), and the next plan makes another of what
 * is left.
 */
export const mostTakes = 500;

/**
 * Takes the next images of a child's hosts: as many as their lanes convert in some four minutes, in batches that end
 * together. As a Take ends before the next, and a batch converts one image at a time, the number of lanes is the number of
 * requests that a host gets at once, whatever else runs.
 *
 * Run again, it takes the same images anew: the lanes of the first run are replaced by those of the second.
 */
export async function takeImages(
  { database, writeBatches, limits, batchSize }: Dependencies,
  input: z.infer<typeof takeImagesInputSchema>,
): Promise<TakenImages> {
  const { hosts, group, round } = input;
  const { importId, supplierId } = input.import;
  const takes = input.take.takes + 1;
  const ended: TakenImages = { ...noTakeYet, takes };
  return withDatabaseErrors(async () => {
    await keepAlive(database, importId);
    const demands = await readDemands(database, importId, hosts, limits.mostPerHost);
    if (demands.length === 0 || takes > mostTakes) {
      await returnLanes(database, [importHolder(importId)], hosts);
      return ended;
    }
    const { grants, takenAt, holdSeconds, busy } = await takeLanes(database, { importId, supplierId }, demands, limits);
    if (grants.length === 0) {
      const { waits } = input.take;
      const waitSeconds = waitFor({ waits, busy, holdSeconds });
      if (waitSeconds === 0) await returnLanes(database, [importHolder(importId)], hosts);
      return waitSeconds === 0 ? ended : { ...ended, waits: waits + 1, waitSeconds };
    }
    const rooms = roomsOfTake(grants, demands, batchSize);
    const items = await readOwedImages(database, importId, rooms);
    const batches = batchesOfTake({ items, grants, hosts, rooms, takenAt, batchSize });
    const key = workKeys.batches(importId, round, group, takes);
    await writeBatches(key, batches);
    return { ...ended, key, batches: batches.length, lanes: batchesAtOnce(hosts, grants, batches.length) };
  });
}
