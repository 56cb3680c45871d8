import { and, inArray, isNotNull, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { hostLanes, images } from '../../schema/index.ts';
import type { ImageBatch } from '../../workflows/payloads/images.ts';
import type { SweepResult, Swept, sweepInputSchema } from '../../workflows/payloads/sweep.ts';
import { type Database, withDatabaseErrors } from '../shared/database/database.ts';
import type { LaneLimits } from '../shared/hosts/decide-lanes.ts';
import { returnLanes, takeLanes } from '../shared/hosts/host-lanes.ts';
import { shortHoldSeconds } from '../shared/hosts/politeness.ts';
import { closeEndedImports, recoverLostImages, releaseAbandonedImages } from '../shared/images/image-ownership.ts';
import { claimDueImages, type DueHost, hostsWithDueImages, type LookAhead, unclaimImages } from './claim-due-images.ts';
import { dealMessages, isSweptLater, messagesPerConsumer, roomOfMessages, secondsToNextSweep } from './messages.ts';
import { failPoisonedImages } from './poisoned-images.ts';
import { removeReplacedObjects } from './remove-replaced-objects.ts';
import { retryFailed } from './retry-failed.ts';

export type Dependencies = {
  database: Database;
  /** Sends one message per batch and returns the batches that the queue refused. */
  sendBatches(batches: readonly ImageBatch[]): Promise<ImageBatch[]>;
  /** Notes stored objects that no image refers to, of a supplier or, null, of all; returns how many images' they were. */
  noteUntracked(supplier: string | null): Promise<number>;
  /** Removes objects from the images bucket. */
  removeObjects(keys: readonly string[]): Promise<void>;
  /** Called where images are in no known state: `lost` of them. */
  reportBreach(lost: number): void;
  /** Called with the imports that say that they run and have not been heard of: their images are released. */
  reportSilent(imports: readonly number[]): void;
  limits: LaneLimits;
  /** Messages that the queue's consumers work on at once. */
  consumers: number;
  /** Images in one batch at most. */
  batchSize: number;
  now(): Date;
};

/**
 * Puts images that are owed and that no execution has into the queue, host by host, the longest due first: a message for
 * each lane that the host has left. Each host's images are claimed before they are sent and given back where SQS refuses
 * them. Two sweeps at once share the work. What is due still, and what is due of hosts that want to be left alone for some
 * time, is for the execution's next run, which `waitSeconds` asks for.
 */
export async function sweepImages(
  dependencies: Dependencies,
  { asked, startedAt, forSeconds }: z.infer<typeof sweepInputSchema>,
): Promise<SweepResult> {
  const { database, noteUntracked, removeObjects, limits, consumers, now } = dependencies;
  const { swept: before, dueWithinSeconds = 0 } = asked;
  const start = Date.parse(startedAt);
  const time = { elapsed: (now().getTime() - start) / 1000, forSeconds };
  const lookAhead = { seconds: dueWithinSeconds, since: start };
  // Once an execution: what is given up while it sweeps stays given up.
  const { retryFailed: retry, untracked: listed } = before === undefined ? asked : {};
  const untracked = listed ? await noteUntracked(listed.supplier) : 0;
  const { retried, poisoned, hosts, sent } = await withDatabaseErrors(async () => ({
    retried: retry ? await retryFailed(database, retry) : 0,
    poisoned: await putInOrder(dependencies),
    hosts: await hostsWithDueImages(database, lookAhead, limits.mostPerHost),
    sent: await countMessages(database),
  }));
  let room = messagesPerConsumer * consumers - sent;
  let queued = 0;
  let released = 0;
  for (const host of hosts.filter(({ holdSeconds }) => holdSeconds <= shortHoldSeconds)) {
    if (room <= 0) break;
    const swept = await sweepHost(dependencies, host, lookAhead, room);
    queued += swept.queued;
    released += swept.released;
    room -= swept.messages;
  }
  const sweepable = hosts.filter(
    ({ holdSeconds }) => holdSeconds <= shortHoldSeconds || isSweptLater(time, holdSeconds),
  );
  const due = sweepable.reduce((total, { images }) => total + images, 0) - queued;
  const removed = await withDatabaseErrors(() => removeReplacedObjects(database, removeObjects));
  return {
    ...sum({ queued, released, retried, poisoned, removed, untracked }, before),
    due,
    waiting: await countWaiting(database),
    waitSeconds: secondsToNextSweep({ due, ...time }),
  };
}

/** What this run has done, and those before it. */
function sum(swept: Swept, before: Swept | undefined): Swept {
  if (before === undefined) return swept;
  return {
    queued: before.queued + swept.queued,
    released: before.released + swept.released,
    retried: before.retried + swept.retried,
    poisoned: before.poisoned + swept.poisoned,
    removed: before.removed + swept.removed,
    untracked: before.untracked + swept.untracked,
  };
}

/** Makes due what nobody sees to any more, or was never heard of again; returns how many of the latter. */
async function putInOrder({ database, reportBreach, reportSilent }: Dependencies): Promise<number> {
  await closeEndedImports(database);
  const { silent } = await releaseAbandonedImages(database);
  if (silent.length > 0) reportSilent(silent);
  const lost = await recoverLostImages(database);
  if (lost > 0) reportBreach(lost);
  return failPoisonedImages(database);
}

async function sweepHost(
  { database, sendBatches, batchSize, limits }: Dependencies,
  demand: DueHost,
  lookAhead: LookAhead,
  mostMessages: number,
): Promise<{ queued: number; released: number; messages: number }> {
  const { holders, claimed, batches } = await withDatabaseErrors(async () => {
    const { grants, takenAt } = await takeLanes(database, 'queue', [demand], limits);
    const [grant] = grants;
    if (grant === undefined) return { holders: [], claimed: [], batches: [] };
    const lanes = Math.min(grant.lanes, mostMessages);
    const claimed = await claimDueImages(database, demand.ids, lookAhead, roomOfMessages(grant, lanes, batchSize));
    const items = claimed.map(({ item }) => item);
    const batches = dealMessages({ items, holders: grant.holders.slice(0, lanes), takenAt });
    return { holders: grant.holders, claimed, batches };
  });
  const refused = await sendBatches(batches);
  const accepted = batches.filter((batch) => !refused.includes(batch));
  const sent = idsOf(accepted);
  const used = accepted.map(({ holder }) => holder);
  // Refused, or more bytes than the lanes' messages take: due again at once, for the next sweep.
  const given = claimed.filter(({ item }) => !sent.has(item.imageId));
  await withDatabaseErrors(async () => {
    await unclaimImages(database, given);
    await returnLanes(
      database,
      holders.filter((holder) => !used.includes(holder)),
    );
  });
  return { queued: sent.size, released: given.length, messages: accepted.length };
}

/** Messages that hold lanes: in the queue, or being worked on. */
async function countMessages(database: Database): Promise<number> {
  const [counted] = await database.execute<{ messages: number }>(sql`
    select count(distinct ${hostLanes.holder})::int as messages from ${hostLanes}
    where ${hostLanes.holder} like 'message %' and ${hostLanes.expiresAt} > now()`);
  return counted?.messages ?? 0;
}

const idsOf = (batches: readonly ImageBatch[]) =>
  new Set(batches.flatMap(({ Items }) => Items.map(({ imageId }) => imageId)));

/** Images that wait for a later sweep. */
async function countWaiting(database: Database): Promise<number> {
  return withDatabaseErrors(() =>
    database.$count(images, and(inArray(images.status, ['pending', 'failed']), isNotNull(images.nextAttemptAt))),
  );
}
