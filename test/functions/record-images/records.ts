import { eq } from 'drizzle-orm';
import { recordImages } from '../../../functions/record-images/record-images.ts';
import type { Database } from '../../../functions/shared/database/database.ts';
import { images } from '../../../schema/index.ts';
import type { ImageOutcome } from '../../../workflows/payloads/images.ts';
import { writeChunk } from '../../support/chunks.ts';
import { createTestDatabase } from '../../support/database.ts';
import { aProduct, startImport } from '../../support/imports.ts';

export const now = new Date('2026-03-01T12:00:00.000Z');
/** Records outcomes as one batch. */
export const record = (database: Database, ...outcomes: ImageOutcome[]) =>
  recordImages(
    { database, now: () => now },
    { outcomes, takenAt: now.getTime(), holder: null, batchStartedAt: now.toISOString() },
  );

/** A database with `count` images that an import has claimed for their first attempt. */
export async function queuedImages(count = 1) {
  const { database } = await createTestDatabase();
  const urls = Array.from({ length: count }, (_, index) => `https://cdn.example/${index}.jpg`);
  await writeChunk(database, await startImport(database), [aProduct({ images: urls })]);
  const rows = await database
    .update(images)
    .set({ status: 'queued', claimedAt: new Date(), nextAttemptAt: null })
    .returning({ id: images.id });
  const ids = rows.map(({ id }) => id).sort((a, b) => a - b);
  return { database, ids, id: ids[0] ?? 0 };
}

export function convertedTo(imageId: number, hash = 'h1', attempt = 1): ImageOutcome {
  const key = `acme/${hash}`;
  return {
    imageId,
    attempt,
    firstByteMilliseconds: null,
    status: 'converted',
    etag: `"${hash}"`,
    lastModified: null,
    sourceSha256: hash.replace('h', 'a').padEnd(64, '0'),
    baseUrl: 'https://images.example',
    objectKey: key,
    renditions: { thumb: [400, 100, 4000], large: [1600, 100, 16_000] },
  };
}

export const failedWith = (imageId: number, code = 'NOT_FOUND', attempt = 1, retryAfterSeconds: number | null = null) =>
  ({
    imageId,
    attempt,
    firstByteMilliseconds: null,
    status: 'failed',
    code,
    message: `${code} happened`,
    retryAfterSeconds,
  }) as const;

/** Row versions of images written by UPDATE, and those of them that touched no index (heap-only tuples). */
export async function countUpdates(database: Database): Promise<{ all: number; hot: number }> {
  await database.execute('select pg_stat_force_next_flush()');
  const [counts] = await database.execute<{ all: number; hot: number }>(
    `select n_tup_upd::int as all, n_tup_hot_upd::int as hot from pg_stat_user_tables where relname = 'images'`,
  );
  return counts ?? { all: 0, hot: 0 };
}

export const read = async (database: Database, id: number) => {
  const [row] = await database.select().from(images).where(eq(images.id, id));
  return row;
};
