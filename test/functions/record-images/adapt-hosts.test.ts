import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { recordImages } from '../../../functions/record-images/record-images.ts';
import type { Database } from '../../../functions/shared/database/database.ts';
import { grantLanes } from '../../../functions/shared/hosts/host-lanes.ts';
import { hostLanes, imageHosts, images } from '../../../schema/index.ts';
import type { ImageOutcome } from '../../../workflows/payloads/images.ts';
import { writeChunk } from '../../support/chunks.ts';
import { createTestDatabase } from '../../support/database.ts';
import { aProduct, startImport } from '../../support/imports.ts';

/** An import with images on a host that bears `concurrency` requests at once. */
async function hostOf(concurrency: number, values: Partial<typeof imageHosts.$inferInsert> = {}) {
  const { database } = await createTestDatabase();
  const started = await startImport(database);
  const urls = Array.from({ length: 20 }, (_, index) => `https://cdn.example/${index}.jpg`);
  await writeChunk(database, started, [aProduct({ images: urls })]);
  await database.insert(imageHosts).values({ host: 'cdn.example', concurrency, maximum: 8, ...values });
  const rows = await database.select({ id: images.id }).from(images);
  return { database, started, ids: rows.map(({ id }) => id) };
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
const converted = (imageId: number): ImageOutcome => ({
  imageId,
  attempt: 1,
  firstByteMilliseconds: null,
  status: 'converted',
  etag: null,
  lastModified: null,
  sourceSha256: '0'.repeat(64),
  baseUrl: 'https://i.example',
  objectKey: 'acme/x',
  renditions: {
    large: [1, 1, 1],
  },
});
const crashed = (imageId: number): ImageOutcome => {
  const cause = JSON.stringify({ errorMessage: 'TIMEOUT: No answer' });
  return { imageId, attempt: 1, status: 'crashed', error: 'ImageBlip', cause };
};

async function record(database: Database, outcomes: ImageOutcome[], lanes: number[] = []) {
  await recordImages({ database, now: () => new Date() }, { outcomes, lanes });
  const [host] = await database.select().from(imageHosts);
  const hold = host?.holdUntil ? Math.round((host.holdUntil.getTime() - Date.now()) / 1000) : null;
  return { concurrency: host?.concurrency, hold, overloads: host?.overloads };
}

describe('the pace of a host', () => {
  it.each([
    { title: 'a 429 without Retry-After', outcome: failed('RATE_LIMITED'), concurrency: 4, hold: 10 },
    { title: 'a 429 that says when to come back', outcome: failed('RATE_LIMITED', 120), concurrency: 4, hold: 120 },
    { title: 'a 503 that says when', outcome: failed('SERVICE_UNAVAILABLE', 90), concurrency: 4, hold: 90 },
    {
      title: 'a week of Retry-After, of which an hour is believed',
      outcome: failed('RATE_LIMITED', 604_800),
      concurrency: 4,
      hold: 3600,
    },
    { title: 'a timeout', outcome: failed('TIMEOUT'), concurrency: 4, hold: null },
    { title: 'a timeout in all its attempts', outcome: crashed, concurrency: 4, hold: null },
    { title: 'a missing file', outcome: failed('NOT_FOUND'), concurrency: 8, hold: null },
  ])('is $concurrency of 8 after $title, on hold for $hold s', async ({ outcome, concurrency, hold }) => {
    const { database, ids } = await hostOf(8);
    const [first = 0, ...others] = ids;
    const after = await record(database, [outcome(first), ...others.map(converted)]);
    expect(after).toMatchObject({ concurrency, overloads: concurrency < 8 ? 1 : 0 });
    expect(after.hold).toBe(hold);
  });

  it('goes down to one at a time and no further, then the host is left alone', async () => {
    const { database, ids } = await hostOf(4);
    const paces: unknown[] = [];
    for (const id of ids.slice(0, 4)) {
      paces.push(await record(database, [failed('TIMEOUT')(id)]));
      await database.update(imageHosts).set({ slowedAt: new Date(Date.now() - 60_000) });
    }
    expect(paces).toMatchObject([
      { concurrency: 2, hold: null },
      { concurrency: 1, hold: null },
      { concurrency: 1, hold: 60 },
      { concurrency: 1, hold: 60 },
    ]);
  });

  it('is halved once by all that was in flight together, and not raised by it', async () => {
    const { database, ids } = await hostOf(8);
    for (const id of ids.slice(0, 5)) await record(database, [failed('TIMEOUT')(id)]);
    expect(await record(database, ids.slice(5, 10).map(converted))).toMatchObject({ concurrency: 4, overloads: 5 });
  });

  it('rises by one with each batch that goes well, up to the maximum', async () => {
    const { database, ids } = await hostOf(6, { slowedAt: new Date(Date.now() - 60_000) });
    const paces: unknown[] = [];
    for (const id of ids.slice(0, 4)) paces.push((await record(database, [converted(id)])).concurrency);
    expect(paces).toEqual([7, 8, 8, 8]);
  });

  it('stays as it is while images are only postponed or missing', async () => {
    const { database, ids } = await hostOf(4);
    const [first = 0, second = 0] = ids;
    const postponed = {
      imageId: first,
      attempt: 1,
      firstByteMilliseconds: null,
      status: 'postponed',
      retryAfterSeconds: 5,
    } as const;
    expect(await record(database, [postponed, failed('NOT_FOUND')(second)])).toMatchObject({
      concurrency: 4,
      hold: null,
    });
  });

  it('is free for others as soon as a batch has given its lanes back', async () => {
    const { database, started, ids } = await hostOf(8);
    const { importId, supplierId } = started.import;
    const demand = { host: 'cdn.example', images: 20, limit: 8 };
    const { grants } = await grantLanes(database, { importId, supplierId, seconds: 300 }, [demand]);
    const lanes = grants.flatMap((grant) => grant.lanes);
    expect(lanes).toHaveLength(1);
    await record(database, ids.map(converted), lanes);
    expect(await database.select().from(hostLanes).where(eq(hostLanes.host, 'cdn.example'))).toEqual([]);
  });
});
