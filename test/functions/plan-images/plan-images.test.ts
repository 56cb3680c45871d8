import { eq, inArray, sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { groupByImages } from '../../../functions/plan-images/group-hosts.ts';
import { planImages } from '../../../functions/plan-images/plan-images.ts';
import { writeJsonLines } from '../../../functions/shared/aws/storage.ts';
import type { Database } from '../../../functions/shared/database/database.ts';
import { imageErrorCodes } from '../../../functions/shared/images/image-error-codes.ts';
import { imageHosts, images, imports, suppliers } from '../../../schema/index.ts';
import { hostGroupSchema, type ImageItem, type PlannedImages } from '../../../workflows/payloads/images.ts';
import { writeChunk } from '../../support/chunks.ts';
import { createTestDatabase } from '../../support/database.ts';
import { aProduct, type StartedImport, startImport } from '../../support/imports.ts';
import { useServices } from '../../support/services.ts';
import { take } from '../../support/takes.ts';

const { readText } = useServices({ buckets: ['work'] });

type Planned = PlannedImages & { hosts: string[][]; items: ImageItem[]; urls: string[]; images: number };

/** Plans after `before`, and takes what is planned. */
async function plan(database: Database, started: StartedImport, before = notPlanned): Promise<Planned> {
  const planned = await planImages(
    { database, writeGroups: (key, lines) => writeJsonLines('work', key, lines) },
    { import: started.import, images: before },
  );
  const lines = planned.groups === 0 ? [] : (await readText('work', planned.key)).trimEnd().split('\n');
  const groups = lines.map((line) => hostGroupSchema.parse(JSON.parse(line)));
  expect(groups.map(({ group }) => group)).toEqual(Array.from({ length: planned.groups }, (_, index) => index + 1));
  const items: ImageItem[] = [];
  for (const { hosts } of groups) {
    const { lines } = await take(database, started.import, hosts);
    items.push(...lines.flatMap(({ Items }) => Items));
  }
  const urls = items.map(({ sourceUrl }) => sourceUrl);
  return { ...planned, hosts: groups.map(({ hosts }) => hosts), items, urls, images: items.length };
}

const url = (name: string) => `https://cdn.example/${name}.jpg`;

/** An import whose file lists one product with the images `a` (changed to `state`) and `b` (pending). */
async function importWith(state: Partial<typeof images.$inferInsert> = { status: 'pending' }) {
  const { database } = await createTestDatabase();
  const started = await startImport(database);
  await writeChunk(database, started, [aProduct({ images: [url('a'), url('b')] })]);
  await database
    .update(images)
    .set(state)
    .where(eq(images.sourceUrl, url('a')));
  return { database, started };
}

const notPlanned: PlannedImages = { round: 0, groups: 0, key: '', left: null };
const hour = 3_600_000;
const ago = (hours: number) => new Date(Date.now() - hours * hour);
const converted = {
  status: 'converted',
  storeId: 1,
  objectKey: 'acme/x',
  renditions: {},
  nextAttemptAt: null,
} as const;

describe('planning the images of an import', () => {
  it('takes what is pending and lists it with the supplier’s settings', async () => {
    const { database, started } = await importWith();
    await database.update(suppliers).set({ imageSettings: { headers: { Referer: 'https://shop' }, allowSvg: true } });
    const { items, key } = await plan(database, started);
    expect(key).toBe(`imports/${started.import.importId}/images/1.jsonl`);
    expect(items.find(({ sourceUrl }) => sourceUrl === url('a'))).toEqual({
      imageId: expect.any(Number),
      sourceUrl: url('a'),
      supplierCode: 'acme',
      attempt: 1,
      etag: null,
      lastModified: null,
      headers: { Referer: 'https://shop' },
      allowSvg: true,
      notAfter: expect.any(Number),
    });
    // What the import has inserted is its own already: it is not written again.
    const [row] = await database.select().from(images);
    expect(row).toMatchObject({ status: 'pending', importId: started.import.importId, nextAttemptAt: null });
  });

  it('lists the same images when the state is run again', async () => {
    const { database, started } = await importWith();
    const first = await plan(database, started);
    const again = await plan(database, started);
    expect({ ...again, items: [] }).toEqual({ ...first, items: [] });
    expect(first.images).toBe(2);
  });

  it('plans nothing where nothing is owed', async () => {
    const { database, started } = await importWith(converted);
    await database.update(images).set(converted);
    expect(await plan(database, started)).toMatchObject({ groups: 0, left: 0 });
  });

  it('includes images of products that the file lists unchanged', async () => {
    const { database } = await importWith();
    await database.update(imports).set({ status: 'failed' });
    const again = await startImport(database, { uploadedAt: '2026-03-02T12:00:00.000Z' });
    await writeChunk(database, again, [aProduct({ images: [url('a'), url('b')] })]);
    expect((await plan(database, again)).urls.sort()).toEqual([url('a'), url('b')]);
  });

  const failed = { status: 'failed', errorCode: 'NOT_FOUND', errorMessage: 'Not there', attempts: 3 } as const;
  it.each([
    { state: 'converted', values: { ...converted, nextAttemptAt: null }, attempt: null },
    { state: 'failed and due', values: { ...failed, nextAttemptAt: ago(1) }, attempt: 4 },
    { state: 'failed and not due', values: { ...failed, nextAttemptAt: ago(-1) }, attempt: null },
    { state: 'given up after its schedule', values: { ...failed, attempts: 6, nextAttemptAt: null }, attempt: 1 },
    {
      state: 'given up for good',
      values: { ...failed, errorCode: 'UNSUPPORTED_FORMAT', nextAttemptAt: null },
      attempt: null,
    },
    {
      state: 'in the queue',
      values: { status: 'queued' as const, claimedAt: ago(0), importId: null, nextAttemptAt: ago(-3) },
      attempt: null,
    },
  ])('takes an image that is $state as attempt $attempt', async ({ values, attempt }) => {
    const { database, started } = await importWith(values);
    const { items } = await plan(database, started);
    expect(items.find(({ sourceUrl }) => sourceUrl === url('a'))?.attempt ?? null).toBe(attempt);
  });

  it.each(Object.entries(imageErrorCodes))(
    'begins the schedule of an image anew that failed with %s, where another try may cure it',
    async (errorCode, { retry }) => {
      const { database } = await importWith();
      await database.update(imports).set({ status: 'completed', imagesReleasedAt: ago(1), finishedAt: ago(1) });
      // The first waits for its last attempt, the second was given up, the third is due for its last one.
      const [waiting, exhausted, due] = [url('a'), url('b'), url('c')];
      const set = (sourceUrl: string, values: Partial<typeof images.$inferInsert>) =>
        database
          .update(images)
          .set({ ...failed, errorCode, ...values })
          .where(eq(images.sourceUrl, sourceUrl));
      await set(waiting, { attempts: 5, nextAttemptAt: retry ? ago(-40) : null });
      await set(exhausted, { attempts: 6, nextAttemptAt: null });
      const again = await startImport(database, { uploadedAt: '2026-03-02T12:00:00.000Z' });
      await writeChunk(database, again, [aProduct({ images: [waiting, exhausted, due] })]);
      await set(due, { attempts: 5, nextAttemptAt: ago(1), importId: null });
      const { items } = await plan(database, again);
      const tried = items.map(({ sourceUrl, attempt }) => [sourceUrl, attempt]).sort();
      expect(tried).toEqual([...(retry ? [[exhausted, 1]] : []), [due, 1]]);
      const [row] = await database.select().from(images).where(eq(images.sourceUrl, waiting));
      expect(row?.attempts).toBe(retry ? 0 : 5);
      // A host that said when to come back is believed.
      const hours = ['RATE_LIMITED', 'SERVICE_UNAVAILABLE'].includes(errorCode) ? 40 : 2;
      const wait = row?.nextAttemptAt ? (row.nextAttemptAt.getTime() - Date.now()) / hour : null;
      if (retry) expect(wait).toBeCloseTo(hours, 1);
      else expect(wait).toBeNull();

      // A changed URL is another image.
      const changed = await startImport(database, { uploadedAt: '2026-03-03T12:00:00.000Z' });
      await writeChunk(database, changed, [aProduct({ images: [`${waiting}?v=2`] })]);
      expect((await plan(database, changed)).items).toMatchObject([{ sourceUrl: `${waiting}?v=2`, attempt: 1 }]);
    },
  );

  it('leaves the schedule of what it has tried itself', async () => {
    const { database, started } = await importWith({ ...failed, nextAttemptAt: ago(-8) });
    await plan(database, started);
    const [row] = await database
      .select()
      .from(images)
      .where(eq(images.sourceUrl, url('a')));
    expect(row).toMatchObject({ attempts: 3 });
  });

  it('runs again, with its images, where its stopped execution is redriven', async () => {
    const { database, started } = await importWith();
    const ended = { status: 'failed', error: 'ExecutionAborted', startedAt: ago(30), finishedAt: ago(29) } as const;
    await database.update(imports).set({ ...ended, imagesReleasedAt: ago(29) });
    expect((await plan(database, started, { ...notPlanned, round: 3, left: 0 })).images).toBe(2);
    const [row] = await database.select().from(imports);
    expect(row).toMatchObject({ status: 'running', error: null, finishedAt: null, imagesReleasedAt: null });
    expect(row?.startedAt.getTime()).toBeGreaterThan(ago(1).getTime());
  });

  it.each([
    { owner: 'running, however long', status: 'running' as const, heartbeatAt: ago(0.4), planned: 1 },
    { owner: 'silent', status: 'running' as const, heartbeatAt: ago(0.6), planned: 2 },
    { owner: 'failed', status: 'failed' as const, heartbeatAt: ago(0), planned: 2 },
  ])(
    'takes $planned of two images of which another import has one that is $owner',
    async ({ status, heartbeatAt, planned }) => {
      const { database, started } = await importWith();
      const other = await startImport(database, { key: 'other/a.csv' });
      const { importId } = other.import;
      await database
        .update(imports)
        .set({ status, heartbeatAt, startedAt: ago(20) })
        .where(eq(imports.id, importId));
      await database
        .update(images)
        .set({ status: 'queued', claimedAt: ago(1), importId, nextAttemptAt: null })
        .where(eq(images.sourceUrl, url('a')));
      expect((await plan(database, started)).images).toBe(planned);
    },
  );

  it('sends the validators of a converted version only', async () => {
    const validators = { etag: '"v1"', lastModified: 'Mon, 02 Mar 2026 10:00:00 GMT' };
    const { database, started } = await importWith({
      ...failed,
      ...validators,
      nextAttemptAt: ago(1),
      objectKey: 'acme/x',
    });
    await database
      .update(images)
      .set(validators)
      .where(eq(images.sourceUrl, url('b')));
    const { items } = await plan(database, started);
    expect(items).toHaveLength(2);
    for (const { sourceUrl, etag, lastModified } of items) {
      const expected = sourceUrl === url('a') ? validators : { etag: null, lastModified: null };
      expect({ etag, lastModified }).toEqual(expected);
    }
  });

  it('gives a host with many images an item of its own, and few images of many hosts one together', async () => {
    const few = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`few-${index}.example`, 3]));
    const { database, started } = await importOf({ 'big.example': 300, 'large.example': 101, ...few });
    const { hosts, left } = await plan(database, started);
    expect(left).toBe(300 + 101 + 180);
    expect(hosts.slice(0, 2)).toEqual([['big.example'], ['large.example']]);
    expect(hosts.slice(2).map(({ length }) => length)).toEqual([50, 10]);
    expect(new Set(hosts.flat()).size).toBe(62);
  });

  it('keeps a file with 2,000 hosts small', async () => {
    const many = Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`h-${index}.example`, 1]));
    const groups = groupByImages(Object.entries(many).map(([host, images]) => ({ host, images, holdSeconds: 0 })));
    expect(groups).toHaveLength(40);
    expect(Math.max(...groups.map(({ hosts }) => hosts.length))).toBe(50);
  });

  it('plans again what is left as long as that gets less', async () => {
    const { database, started } = await importOf({ 'cdn.example': 10 });
    const first = await plan(database, started);
    const ids = first.items.slice(0, 4).map(({ imageId }) => imageId);
    await database.update(images).set(converted).where(inArray(images.id, ids));
    const second = await plan(database, started, first);
    expect(second).toMatchObject({ round: 2, left: 6, groups: 1 });
    expect(await plan(database, started, second)).toMatchObject({ round: 3, left: 6, groups: 0 });
  });

  it('leaves hosts that are on hold for long to the sweeps, and waits for those that are not', async () => {
    const { database, started } = await importOf({ 'banned.example': 10, 'held.example': 10 });
    const hold = (host: string, seconds: number) =>
      database.insert(imageHosts).values({ host, concurrency: 8, holdUntil: new Date(Date.now() + seconds * 1000) });
    await hold('banned.example', 3600);
    await hold('held.example', 30);
    expect(await plan(database, started)).toMatchObject({ hosts: [['held.example']], left: 20 });
  });
});

/** An import that has inserted so many images of each host. */
async function importOf(hosts: Record<string, number>, path = '') {
  const { database } = await createTestDatabase();
  const started = await startImport(database);
  const { importId, supplierId } = started.import;
  for (const [host, count] of Object.entries(hosts)) {
    await database.execute(sql`
      insert into images (source_url_hash, source_url, supplier_id, host, import_id, next_attempt_at)
      select gen_random_uuid(), 'https://' || ${host} || '/' || n || ${path}, ${supplierId}, ${host}, ${importId}, null
      from generate_series(1, ${count}) n`);
  }
  return { database, started };
}
