import { and, inArray, isNotNull } from 'drizzle-orm';
import type { z } from 'zod';
import { images } from '../../schema/index.ts';
import type { ImageItem, SweepResult, sweepInputSchema } from '../../workflows/payloads.ts';
import { type Database, withDatabaseErrors } from '../shared/database.ts';
import { claimDueImages, dueImages, stuckImages, unclaimImages } from './claim-due-images.ts';

export type Dependencies = {
  database: Database;
  /** Sends one message per image and returns the ids of the images whose message the queue refused. */
  sendImages(items: readonly ImageItem[]): Promise<Set<number>>;
};

/** Most images per run: what the queue's consumers work off before the next run, two hours later. */
export const sweepLimit = 10_000;
/** Images claimed per transaction: as many as wait for the stuck claim to expire if the sweep dies before it sends. */
export const pageSize = 500;

/**
 * Puts images that are owed and that no execution has into the queue: those stuck in a claim first, then those due.
 * Each page is claimed before it is sent and given back where SQS refuses it. Two sweeps at once share the work.
 */
export async function sweepImages(
  dependencies: Dependencies,
  { dueWithinSeconds }: z.infer<typeof sweepInputSchema>,
): Promise<SweepResult> {
  let queued = 0;
  let released = 0;
  for (const selection of [stuckImages(), dueImages(dueWithinSeconds)]) {
    while (queued < sweepLimit) {
      const limit = Math.min(pageSize, sweepLimit - queued);
      const page = await sweepPage(dependencies, selection, limit);
      queued += page.queued;
      released += page.released;
      // What was refused is due again at once: the next sweep tries it, not this one.
      if (page.released > 0 || page.queued < limit) break;
    }
  }
  return { queued, released, waiting: await countWaiting(dependencies.database) };
}

async function sweepPage(
  { database, sendImages }: Dependencies,
  selection: ReturnType<typeof stuckImages>,
  limit: number,
): Promise<{ queued: number; released: number }> {
  const claimed = await withDatabaseErrors(() => claimDueImages(database, selection, limit));
  if (claimed.length === 0) return { queued: 0, released: 0 };
  const refused = await sendImages(claimed.map(({ item }) => item));
  const given = claimed.filter(({ item }) => refused.has(item.imageId));
  await withDatabaseErrors(() => unclaimImages(database, given));
  return { queued: claimed.length - given.length, released: given.length };
}

/** Images that wait for a later sweep. */
async function countWaiting(database: Database): Promise<number> {
  return withDatabaseErrors(() =>
    database.$count(images, and(inArray(images.status, ['pending', 'failed']), isNotNull(images.nextAttemptAt))),
  );
}
