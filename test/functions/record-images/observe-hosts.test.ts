import { describe, expect, it } from 'vitest';
import { recordImages } from '../../../functions/record-images/record-images.ts';
import type { Database } from '../../../functions/shared/database/database.ts';
import { hostLanes, hostObservations, imageHosts, images } from '../../../schema/index.ts';
import type { ImageOutcome } from '../../../workflows/payloads/images.ts';
import { writeChunk } from '../../support/chunks.ts';
import { createTestDatabase } from '../../support/database.ts';
import { aProduct, startImport } from '../../support/imports.ts';

/** A database with images of an import, and when their lanes were taken. */
async function takenImages(count = 20) {
  const { database } = await createTestDatabase();
  const started = await startImport(database);
  const urls = Array.from({ length: count }, (_, index) => `https://cdn.example/${index}.jpg`);
  await writeChunk(database, started, [aProduct({ images: urls })]);
  await database.insert(imageHosts).values({ host: 'cdn.example', concurrency: 8 });
  const rows = await database.select({ id: images.id }).from(images);
  return { database, ids: rows.map(({ id }) => id) };
}

const failed =
  (code: string, retryAfterSeconds: number | null = null) =>
  (imageId: number) =>
    ({
      imageId,
      attempt: 1,
      firstByteMilliseconds: null,
      status: 'failed',
      code,
      message: code,
      retryAfterSeconds,
    }) as const;
const converted = (imageId: number, firstByteMilliseconds: number | null = 100): ImageOutcome => ({
  imageId,
  attempt: 1,
  firstByteMilliseconds,
  status: 'converted',
  etag: null,
  lastModified: null,
  sourceSha256: '0'.repeat(64),
  baseUrl: 'https://i.example',
  objectKey: 'acme/x',
  renditions: { large: [1, 1, 1] },
});
const crashed = (imageId: number): ImageOutcome => {
  const cause = JSON.stringify({ errorMessage: 'TIMEOUT: No answer' });
  return { imageId, attempt: 1, status: 'crashed', error: 'ImageBlip', cause };
};

const now = new Date('2026-03-01T12:00:12.000Z');
const batchStartedAt = '2026-03-01T12:00:00.000Z';
const takenAt = Date.parse('2026-03-01T11:59:30.123Z');

async function record(database: Database, outcomes: ImageOutcome[], holder: string | null = null) {
  await recordImages({ database, now: () => now }, { outcomes, holder, takenAt, batchStartedAt });
  const [host] = await database.select().from(imageHosts);
  const hold = host?.holdUntil ? Math.round((host.holdUntil.getTime() - Date.now()) / 1000) : null;
  return { hold, overloads: host?.overloads, seen: await database.select().from(hostObservations) };
}

describe('what a batch says about its host', () => {
  it.each([
    { title: 'a 429 without Retry-After', outcome: failed('RATE_LIMITED'), rateLimited: 1, unavailable: 0, hold: 10 },
    { title: 'a 429 that says when', outcome: failed('RATE_LIMITED', 120), rateLimited: 1, unavailable: 0, hold: 120 },
    {
      title: 'a 503 that says when',
      outcome: failed('SERVICE_UNAVAILABLE', 90),
      rateLimited: 0,
      unavailable: 1,
      hold: 90,
    },
    {
      title: 'a week of Retry-After, of which an hour is believed',
      outcome: failed('RATE_LIMITED', 604_800),
      rateLimited: 1,
      unavailable: 0,
      hold: 3600,
    },
    { title: 'a timeout', outcome: failed('TIMEOUT'), rateLimited: 0, unavailable: 1, hold: null },
    { title: 'a timeout in all its attempts', outcome: crashed, rateLimited: 0, unavailable: 1, hold: null },
    { title: 'a missing file', outcome: failed('NOT_FOUND'), rateLimited: 0, unavailable: 0, hold: null },
  ])('is kept of $title', async ({ outcome, rateLimited, unavailable, hold }) => {
    const { database, ids } = await takenImages();
    const [first = 0, ...others] = ids;
    const after = await record(database, [outcome(first), ...others.map((id) => converted(id))]);
    const times = { takenAt: new Date(takenAt), firstByteMilliseconds: 100, imageMilliseconds: 600 };
    expect(after.seen).toEqual([{ host: 'cdn.example', requests: 20, rateLimited, unavailable, ...times }]);
    expect(after).toMatchObject({ hold, overloads: rateLimited + unavailable });
  });

  it('is the median time to the first byte, and the mean from image to image', async () => {
    const { database, ids } = await takenImages(3);
    const [a = 0, b = 0, c = 0] = ids;
    const { seen } = await record(database, [converted(a, 9000), converted(b, 200), converted(c, null)]);
    expect(seen).toMatchObject([{ requests: 3, firstByteMilliseconds: 200, imageMilliseconds: 4000 }]);
  });

  it('is nothing where images were only postponed', async () => {
    const { database, ids } = await takenImages(1);
    const [imageId = 0] = ids;
    await database.update(images).set({ status: 'queued', importId: null, claimedAt: now, nextAttemptAt: now });
    const postponed = {
      imageId,
      attempt: 1,
      firstByteMilliseconds: null,
      status: 'postponed',
      retryAfterSeconds: 5,
    } as const;
    expect(await record(database, [postponed])).toEqual({ hold: null, overloads: 0, seen: [] });
  });

  it('is kept once of a batch that is delivered twice', async () => {
    const { database, ids } = await takenImages(2);
    const outcomes = ids.map((id) => converted(id));
    await record(database, outcomes);
    expect((await record(database, outcomes)).seen).toHaveLength(1);
  });

  it('leaves a message’s lanes to others, and an import’s to its next Take', async () => {
    const { database, ids } = await takenImages(2);
    const expiresAt = new Date(Date.now() + 60_000);
    const lane = { host: 'cdn.example', lanes: 1, wanted: 1, expiresAt };
    await database.insert(hostLanes).values([
      { ...lane, holder: 'message 1' },
      { ...lane, holder: 'message 2' },
      { ...lane, holder: 'import 1' },
    ]);
    const outcomes = ids.map((id) => converted(id));
    await record(database, outcomes, 'message 1');
    await record(database, outcomes, null);
    expect(await database.select({ holder: hostLanes.holder }).from(hostLanes)).toEqual([
      { holder: 'message 2' },
      { holder: 'import 1' },
    ]);
  });
});
