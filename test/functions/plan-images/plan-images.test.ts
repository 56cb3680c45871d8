import { eq, sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { planImages } from '../../../functions/plan-images/plan-images.ts';
import type { Database } from '../../../functions/shared/database.ts';
import { streamJsonLines } from '../../../functions/shared/stream-json-lines.ts';
import { images, imports, suppliers } from '../../../schema/index.ts';
import { type ImageItem, imageItemSchema, type PlannedImages } from '../../../workflows/payloads.ts';
import { writeChunk } from '../../support/chunks.ts';
import { createTestDatabase } from '../../support/database.ts';
import { aProduct, type StartedImport, startImport } from '../../support/imports.ts';
import { useServices } from '../../support/services.ts';

const { readText } = useServices({ buckets: ['work'] });

const writeItems = (key: string, pages: AsyncIterable<ImageItem[]>) => streamJsonLines('work', key, pages);

async function plan(
  database: Database,
  started: StartedImport,
): Promise<PlannedImages & { items: ImageItem[]; urls: string[] }> {
  const planned = await planImages({ database, writeItems }, { import: started.import });
  const lines = (await readText('work', planned.key)).split('\n').filter((line) => line !== '');
  const items = lines.map((line) => imageItemSchema.parse(JSON.parse(line)));
  expect(items).toHaveLength(planned.images);
  return { ...planned, items, urls: items.map(({ sourceUrl }) => sourceUrl) };
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

const hour = 3_600_000;
const ago = (hours: number) => new Date(Date.now() - hours * hour);
const converted = { status: 'converted', url: 'https://images.example/x', objectKey: 'acme/x' } as const;

describe('planning the images of an import', () => {
  it('claims what is pending and lists it with the supplier’s settings', async () => {
    const { database, started } = await importWith();
    await database.update(suppliers).set({ imageSettings: { headers: { Referer: 'https://shop' }, allowSvg: true } });
    const { items, key } = await plan(database, started);
    expect(key).toBe(`imports/${started.import.importId}/images.jsonl`);
    expect(items.find(({ sourceUrl }) => sourceUrl === url('a'))).toEqual({
      imageId: expect.any(Number),
      sourceUrl: url('a'),
      supplierCode: 'acme',
      attempt: 1,
      etag: null,
      lastModified: null,
      headers: { Referer: 'https://shop' },
      allowSvg: true,
    });
    const [row] = await database.select().from(images);
    expect(row).toMatchObject({ status: 'queued', importId: started.import.importId, nextAttemptAt: null });
  });

  it('lists the same images when the state is run again', async () => {
    const { database, started } = await importWith();
    const first = await plan(database, started);
    expect(await plan(database, started)).toEqual(first);
    expect(first.images).toBe(2);
  });

  it('writes an empty file where nothing is owed', async () => {
    const { database, started } = await importWith(converted);
    await database.update(images).set(converted);
    expect(await plan(database, started)).toMatchObject({ images: 0, items: [] });
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
      values: { status: 'queued' as const, claimedAt: ago(0), importId: null, nextAttemptAt: null },
      attempt: null,
    },
  ])('takes an image that is $state as attempt $attempt', async ({ values, attempt }) => {
    const { database, started } = await importWith(values);
    const { items } = await plan(database, started);
    expect(items.find(({ sourceUrl }) => sourceUrl === url('a'))?.attempt ?? null).toBe(attempt);
  });

  it.each([
    { owner: 'running', status: 'running' as const, startedAt: ago(1), planned: 1 },
    { owner: 'running for too long', status: 'running' as const, startedAt: ago(7), planned: 2 },
    { owner: 'failed', status: 'failed' as const, startedAt: ago(1), planned: 2 },
  ])('leaves images queued by another import to it unless that is $owner', async ({ status, startedAt, planned }) => {
    const { database, started } = await importWith();
    const other = await startImport(database, { key: 'other/a.csv' });
    const { importId } = other.import;
    await database.update(imports).set({ status, startedAt }).where(eq(imports.id, importId));
    await database
      .update(images)
      .set({ status: 'queued', claimedAt: ago(1), importId, nextAttemptAt: null })
      .where(eq(images.sourceUrl, url('a')));
    expect((await plan(database, started)).images).toBe(planned);
  });

  it('sends the validators of a converted version only', async () => {
    const validators = { etag: '"v1"', lastModified: 'Mon, 02 Mar 2026 10:00:00 GMT' };
    const { database, started } = await importWith({
      ...failed,
      ...validators,
      nextAttemptAt: ago(1),
      url: 'https://images.example/x',
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

  it('lets hosts take turns', async () => {
    const { database } = await createTestDatabase();
    const started = await startImport(database);
    const listed = ['a/1', 'a/2', 'a/3', 'a/4', 'b/1', 'b/2', 'c/1'].map((path) => `https://${path}`);
    await writeChunk(database, started, [aProduct({ images: listed })]);
    const { urls } = await plan(database, started);
    expect(urls.map((text) => new URL(text).host).join('')).toBe('abcabaa');
  });

  it('passes more images than a page, in files of several parts', async () => {
    const { database } = await createTestDatabase();
    const started = await startImport(database);
    await writeChunk(database, started, [aProduct()]);
    const path = 'x'.repeat(2000);
    await database.execute(sql`
      with inserted as (
        insert into images (source_url_hash, source_url, supplier_id, host, import_id)
        select gen_random_uuid(), 'https://cdn.example/' || n || ${path}, ${started.import.supplierId}, 'cdn.example', ${started.import.importId}
        from generate_series(1, 4000) n returning id)
      insert into product_images (product_id, position, image_id)
      select (select id from products), row_number() over (), id from inserted`);
    const { urls, images: count } = await plan(database, started);
    expect(count).toBe(4000);
    expect(new Set(urls).size).toBe(4000);
  });
});
