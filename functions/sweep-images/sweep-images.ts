import { and, inArray, isNotNull } from 'drizzle-orm';
import type { z } from 'zod';
import { images } from '../../schema/index.ts';
import type { ImageBatch } from '../../workflows/payloads/images.ts';
import type { SweepResult, sweepInputSchema } from '../../workflows/payloads/sweep.ts';
import { type Database, withDatabaseErrors } from '../shared/database/database.ts';
import { grantLanes, returnUnusedLanes } from '../shared/hosts/host-lanes.ts';
import { batchImages } from '../shared/images/image-batches.ts';
import { closeEndedImports, recoverLostImages, releaseAbandonedImages } from '../shared/images/image-ownership.ts';
import { claimDueImages, type DueHost, hostsWithDueImages, unclaimImages } from './claim-due-images.ts';
import { failPoisonedImages } from './poisoned-images.ts';
import { removeReplacedObjects } from './remove-replaced-objects.ts';
import { retryFailed } from './retry-failed.ts';

export type Dependencies = {
  database: Database;
  /** Sends one message per batch and returns the batches that the queue refused. */
  sendBatches(batches: readonly ImageBatch[]): Promise<ImageBatch[]>;
  /** Removes objects from the images bucket. */
  removeObjects(keys: readonly string[]): Promise<void>;
  /** Called where images are in no known state: `lost` of them. */
  reportBreach(lost: number): void;
  /** Images in one batch at most. */
  batchSize: number;
};

/** Most images per run: what the queue's consumers work off before the next run, two hours later. */
export const sweepLimit = 10_000;
/** Seconds that a lane is held for a message: one visibility timeout. Usually record-images gives it back in a minute. */
const laneSeconds = 1860;

/**
 * Puts images that are owed and that no execution has into the queue, host by host, the longest due first: as many batches
 * as the host has lanes left, so that a long backlog takes several sweeps. Each host's images are claimed before they are
 * sent and given back where SQS refuses them. Two sweeps at once share the work.
 */
export async function sweepImages(
  dependencies: Dependencies,
  { dueWithinSeconds, retryFailed: retry }: z.infer<typeof sweepInputSchema>,
): Promise<SweepResult> {
  const { database, removeObjects, reportBreach } = dependencies;
  const { poisoned, retried, hosts } = await withDatabaseErrors(async () => {
    const retried = retry ? await retryFailed(database, retry) : 0;
    await closeEndedImports(database);
    await releaseAbandonedImages(database);
    const lost = await recoverLostImages(database);
    if (lost > 0) reportBreach(lost);
    const poisoned = await failPoisonedImages(database);
    return { retried, poisoned, hosts: await hostsWithDueImages(database, dueWithinSeconds) };
  });
  let queued = 0;
  let released = 0;
  for (const due of hosts) {
    if (queued >= sweepLimit) break;
    const swept = await sweepHost(dependencies, due, dueWithinSeconds, sweepLimit - queued);
    queued += swept.queued;
    released += swept.released;
  }
  const due = hosts.reduce((total, { images }) => total + images, 0) - queued;
  const removed = await withDatabaseErrors(() => removeReplacedObjects(database, removeObjects));
  return { queued, released, due, waiting: await countWaiting(database), retried, poisoned, removed };
}

async function sweepHost(
  { database, sendBatches, batchSize }: Dependencies,
  demand: DueHost,
  dueWithinSeconds: number,
  limit: number,
): Promise<{ queued: number; released: number }> {
  const holder = { importId: null, supplierId: null, seconds: laneSeconds };
  const { lanes, claimed, batches } = await withDatabaseErrors(async () => {
    const { grants } = await grantLanes(database, holder, [demand]);
    const lanes = grants.flatMap((grant) => grant.lanes);
    const room = Math.min(demand.images, batchSize * lanes.length, limit);
    const claimed = room > 0 ? await claimDueImages(database, demand.ids, dueWithinSeconds, room) : [];
    return { lanes, claimed, batches: batchImages(claimed, grants, batchSize) };
  });
  const refused = await sendBatches(batches);
  const accepted = batches.filter((batch) => !refused.includes(batch));
  const sent = idsOf(accepted);
  const used = accepted.flatMap((batch) => batch.lanes);
  // Refused, or more bytes than the lanes' messages take: due again at once, for the next sweep.
  const given = claimed.filter(({ item }) => !sent.has(item.imageId));
  await withDatabaseErrors(async () => {
    await unclaimImages(database, given);
    await returnUnusedLanes(
      database,
      lanes.filter((lane) => !used.includes(lane)),
    );
  });
  return { queued: sent.size, released: given.length };
}

const idsOf = (batches: readonly ImageBatch[]) =>
  new Set(batches.flatMap(({ Items }) => Items.map(({ imageId }) => imageId)));

/** Images that wait for a later sweep. */
async function countWaiting(database: Database): Promise<number> {
  return withDatabaseErrors(() =>
    database.$count(images, and(inArray(images.status, ['pending', 'failed']), isNotNull(images.nextAttemptAt))),
  );
}
