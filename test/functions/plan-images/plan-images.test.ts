import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { images, imports, suppliers } from '../../../schema/index.ts';
import { writeChunk } from '../../support/chunks.ts';
import { aProduct, startImport } from '../../support/imports.ts';
import { ago, converted, failed, importWith, notPlanned, plan, url } from './plans.ts';

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
});
