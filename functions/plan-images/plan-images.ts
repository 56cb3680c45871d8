import type { z } from 'zod';
import { batchMilliseconds } from '../../workflows/batch-time.ts';
import type { ImageBatch, PlannedImages, planImagesInputSchema } from '../../workflows/payloads/images.ts';
import { type Database, withDatabaseErrors } from '../shared/database/database.ts';
import { grantLanes, returnLanes } from '../shared/hosts/host-lanes.ts';
import { batchImages } from '../shared/images/image-batches.ts';
import { reopenImport } from '../shared/images/image-ownership.ts';
import { workKeys } from '../shared/imports/object-keys.ts';
import { claimImages } from './claim-images.ts';
import { owedByHost, readOwedImages } from './owed-images.ts';

export type Dependencies = {
  database: Database;
  /** Writes one batch a line, as JSONL. */
  writeBatches(key: string, batches: readonly ImageBatch[]): Promise<void>;
  /** Images in one batch at most. */
  batchSize: number;
  now(): Date;
};

/** Images of one round at most, for the memory of this function. */
const roundImages = 20_000;
/** Milliseconds for which a round begins images where hosts share it: a slow one makes the others wait no longer. */
const sharedRoundMilliseconds = 25_000;
/** Seconds that lanes are held if nobody gives them back: the 300 s of an Express execution, and its start. */
const laneSeconds = 330;
/** Rounds without progress after which the sweeps have to see to what is left: hosts on hold, batches that fail. */
const mostStalled = 5;
/** Rounds of waiting for other imports: at 5 s each, half an hour. */
const mostBusy = 360;
const busySeconds = 5;
const longestWaitSeconds = 60;

/**
 * Plans the next round of "Convert images": claims what the import owes (before its first round), takes lanes at the hosts
 * and deals the images to them. As a round ends before the next is planned, and a batch converts one image at a time, the
 * number of lanes is the number of requests that a host gets at once, whatever else runs.
 *
 * Run again, it plans the same round: the claim is committed before the file is written, so that a crash in between loses
 * none, and the lanes of the first run are given back.
 */
export async function planImages(
  { database, writeBatches, batchSize, now }: Dependencies,
  input: z.infer<typeof planImagesInputSchema>,
): Promise<PlannedImages> {
  const { importId, supplierId } = input.import;
  const before = input.images ?? { round: 0, left: null, stalled: 0, busy: 0, waitSeconds: 0, images: 0 };
  const round = before.round + 1;
  const key = workKeys.images(importId, round);
  return withDatabaseErrors(async () => {
    await reopenImport(database, importId);
    if (before.round === 0) await claimImages(database, input.import);
    const demands = await owedByHost(database, importId);
    const left = demands.reduce((total, { images }) => total + images, 0);
    const isStalled = before.left !== null && left >= before.left && before.busy === 0;
    const stalled = isStalled ? before.stalled + 1 : 0;
    const planned = { round, key, left, stalled, images: 0, waitSeconds: 0, busy: 0 };
    if (left === 0 || stalled >= mostStalled || before.busy >= mostBusy) {
      await returnLanes(database, importId);
      return planned;
    }
    const holder = { importId, supplierId, seconds: laneSeconds };
    const { grants, holdSeconds, busy } = await grantLanes(database, holder, demands);
    const items = await readOwedImages(database, importId, grants, batchSize, roundImages);
    const notAfter = now().getTime() + (demands.length > 1 ? sharedRoundMilliseconds : batchMilliseconds);
    const timed = items.map(({ host, item }) => ({ host, item: { ...item, notAfter } }));
    const batches = batchImages(timed, grants, batchSize);
    if (batches.length === 0) {
      const wait = busy > 0 ? busySeconds : Math.min(holdSeconds ?? busySeconds, longestWaitSeconds);
      return { ...planned, waitSeconds: Math.max(1, wait), busy: busy > 0 ? before.busy + 1 : 0 };
    }
    await writeBatches(key, batches);
    return { ...planned, images: batches.reduce((total, { Items }) => total + Items.length, 0) };
  });
}
