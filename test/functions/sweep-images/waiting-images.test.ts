import { eq, sql } from 'drizzle-orm';
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core';
import { expect, it } from 'vitest';
import type { Database } from '../../../functions/shared/database/database.ts';
import { measureWaitingImages } from '../../../functions/sweep-images/waiting-images.ts';
import { images } from '../../../schema/index.ts';
import { writeChunk } from '../../support/chunks.ts';
import { createTestDatabase } from '../../support/database.ts';
import { aProduct, startImport } from '../../support/imports.ts';

const url = (name: string) => `https://cdn.example/${name}.jpg`;
const hours = (count: number) => sql`now() + make_interval(hours => ${count})`;
const failure = { status: 'failed', errorCode: 'NOT_FOUND', errorMessage: 'No' } as const;

async function databaseWithImages(...names: string[]): Promise<Database> {
  const { database } = await createTestDatabase();
  const started = await startImport(database);
  await writeChunk(database, started, [aProduct({ images: names.map(url) })]);
  return database;
}

type Values = PgUpdateSetSource<typeof images>;
const setImage = (database: Database, name: string, values: Values) =>
  database
    .update(images)
    .set(values)
    .where(eq(images.sourceUrl, url(name)));

it('the oldest waiting image is the one overdue for the longest, failed or unanswered', async () => {
  const database = await databaseWithImages('a', 'b', 'c', 'd');
  await setImage(database, 'a', { ...failure, nextAttemptAt: hours(-5) });
  await setImage(database, 'b', { status: 'queued', claimedAt: hours(-12), nextAttemptAt: hours(-9) });
  await setImage(database, 'c', { ...failure, nextAttemptAt: hours(30) });
  // Given up: nobody waits for it.
  await setImage(database, 'd', { ...failure, nextAttemptAt: null });
  const { waiting, oldestSeconds } = await measureWaitingImages(database);
  expect(waiting).toBe(3);
  expect(oldestSeconds / 3600).toBeCloseTo(9, 2);
});

it('an image that waits for its next attempt is not overdue', async () => {
  const database = await databaseWithImages('a');
  await setImage(database, 'a', { ...failure, nextAttemptAt: hours(47) });
  expect(await measureWaitingImages(database)).toEqual({ waiting: 1, oldestSeconds: 0 });
});

it('nothing waits in an empty database', async () => {
  const { database } = await createTestDatabase();
  expect(await measureWaitingImages(database)).toEqual({ waiting: 0, oldestSeconds: 0 });
});
