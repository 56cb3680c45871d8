import { eq, sql } from 'drizzle-orm';
import { expect } from 'vitest';
import type { Database } from '../../../functions/shared/database/database.ts';
import { sweepImages } from '../../../functions/sweep-images/sweep-images.ts';
import { hostLanes, images, imports } from '../../../schema/index.ts';
import type { ImageBatch, ImageItem } from '../../../workflows/payloads/images.ts';
import { type SweepResult, sweepResultSchema } from '../../../workflows/payloads/sweep.ts';
import { createTestDatabase } from '../../support/database.ts';
import { startImport } from '../../support/imports.ts';
import { laneLimits } from '../../support/takes.ts';

export const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
export const failed = { status: 'failed', errorCode: 'NOT_FOUND', errorMessage: 'Not there', attempts: 2 } as const;
export const queued = { status: 'queued', nextAttemptAt: null, claimedAt: new Date() } as const;

type Options = {
  refuse?: (item: ImageItem) => boolean;
  dueWithinSeconds?: number;
  retryFailed?: { supplier?: string; code?: string };
  untracked?: { supplier: string | null };
  /** Seconds since the start of the execution, which goes on for `forSeconds`. */
  elapsed?: number;
  /** What the execution's run before has returned. */
  swept?: SweepResult;
};

export const forSeconds = 6000;
export const settings = {
  limits: laneLimits,
  consumers: 50,
  batchSize: 40,
  now: () => new Date(),
  noteUntracked: () => Promise.resolve(7),
};

/** Sweeps, and returns what was sent, removed and reported beside the result. */
export async function sweep(database: Database, options: Options = {}) {
  const { refuse = () => false, elapsed = 0, ...asked } = options;
  const batches: ImageBatch[] = [];
  const removed: string[] = [];
  const breaches: number[] = [];
  const silent: number[] = [];
  const result = await sweepImages(
    {
      database,
      sendBatches: async (given) => {
        const refused = given.filter(({ Items }) => Items.some(refuse));
        batches.push(...given.filter((batch) => !refused.includes(batch)));
        return refused;
      },
      removeObjects: async (keys) => void removed.push(...keys),
      reportBreach: (lost) => breaches.push(lost),
      reportSilent: (imports) => silent.push(...imports),
      ...settings,
    },
    { asked, startedAt: new Date(Date.now() - elapsed * 1000).toISOString(), forSeconds },
  );
  expect(sweepResultSchema.parse(result)).toEqual(result);
  const sent = batches.flatMap(({ Items }) => Items);
  return { ...result, result, batches, sent, removedKeys: removed, breaches, silent };
}

/** As if the batches were recorded long ago: the hosts have all their lanes again. */
export const freeLanes = (database: Database) => database.delete(hostLanes);

/** `count` images of an ended import, each in state `values`, due a second after one another. */
export async function imagesOf(
  values: Partial<typeof images.$inferInsert>,
  owner: Partial<typeof imports.$inferInsert> = {},
  count = 1,
  host = 'cdn.example',
) {
  const { database } = await createTestDatabase();
  const { import: registered } = await startImport(database);
  const { importId, supplierId } = registered;
  const ended = { status: 'completed' as const, finishedAt: minutesAgo(60), imagesReleasedAt: minutesAgo(60) };
  await database
    .update(imports)
    .set({ ...ended, ...owner })
    .where(eq(imports.id, importId));
  await insertImages(database, { importId, supplierId }, count, host);
  if (Object.keys(values).length > 0) await database.update(images).set(values);
  return { database, importId, supplierId };
}

export async function insertImages(
  database: Database,
  { importId, supplierId }: { importId: number; supplierId: number },
  count: number,
  host: string,
) {
  await database.execute(sql`
    insert into images (source_url_hash, source_url, supplier_id, host, import_id, next_attempt_at)
    select gen_random_uuid(), 'https://' || ${host} || '/' || n, ${supplierId}, ${host}, ${importId}, now() - make_interval(secs => n)
    from generate_series(1, ${count}) n`);
}
