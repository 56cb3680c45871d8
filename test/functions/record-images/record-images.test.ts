import { describe, expect, it } from 'vitest';
import { images, productCatalog, replacedObjects } from '../../../schema/index.ts';
import type { ImageOutcome } from '../../../workflows/payloads/images.ts';
import { convertedTo, countUpdates, queuedImages, read, record } from './records.ts';

describe('recording converted images', () => {
  it('stores what a conversion made, from which the catalog makes addresses', async () => {
    const { database, id } = await queuedImages();
    expect(await record(database, convertedTo(id))).toEqual({ converted: 1, failed: 0 });
    expect(await read(database, id)).toMatchObject({
      status: 'converted',
      attempts: 1,
      nextAttemptAt: null,
      claimedAt: null,
      errorCode: null,
      etag: '"h1"',
      objectKey: 'acme/h1',
      sourceHash: 'a1000000-0000-0000-0000-000000000000',
      renditions: { thumb: [400, 100, 4000], large: [1600, 100, 16_000] },
      convertedAt: expect.any(Date),
    });
    const [product] = await database.select({ images: productCatalog.images }).from(productCatalog);
    const prefix = 'https://images.example/acme/h1';
    expect(product?.images).toEqual([
      {
        ...{ position: 0, url: `${prefix}/large.webp`, width: 1600, height: 100, alt: null },
        renditions: {
          large: { url: `${prefix}/large.webp`, width: 1600, height: 100 },
          thumb: { url: `${prefix}/thumb.webp`, width: 400, height: 100 },
        },
      },
    ]);
  });

  it('shows the first rendition where none is called large, and keeps addresses when the domain changes', async () => {
    const { database, ids } = await queuedImages(2);
    const elsewhere = (imageId: number): ImageOutcome => ({
      imageId,
      attempt: 1,
      firstByteMilliseconds: null,
      status: 'converted',
      etag: null,
      lastModified: null,
      sourceSha256: '0'.repeat(64),
      baseUrl: 'https://new.example',
      objectKey: 'acme/h1',
      renditions: {
        square: [5, 6, 7],
      },
    });
    await record(database, convertedTo(ids[0] ?? 0));
    await record(database, elsewhere(ids[1] ?? 0));
    const [product] = await database.select({ images: productCatalog.images }).from(productCatalog);
    const shown = product?.images.sort((a, b) => (a.url < b.url ? -1 : 1));
    expect(shown).toMatchObject([
      { url: 'https://images.example/acme/h1/large.webp' },
      { url: 'https://new.example/acme/h1/square.webp', width: 5, height: 6 },
    ]);
  });

  it('writes one row version per image, on its page and into no index', async () => {
    const { database, ids } = await queuedImages(30);
    // The test's own update has left its old versions on the pages.
    await database.execute('vacuum images');
    const before = await countUpdates(database);
    await record(database, ...ids.map((id) => convertedTo(id)));
    const after = await countUpdates(database);
    expect({ all: after.all - before.all, hot: after.hot - before.hot }).toEqual({ all: 30, hot: 30 });
  });

  it('notes the objects that a newer version replaces, for a sweep to remove after the grace period', async () => {
    const { database, id } = await queuedImages();
    await record(database, convertedTo(id));
    await database.update(images).set({ status: 'queued', claimedAt: new Date() });
    await record(database, convertedTo(id, 'h2', 2));
    const [replaced, ...others] = await database.select().from(replacedObjects);
    expect(others).toEqual([]);
    expect(replaced).toMatchObject({ objectKey: 'acme/h1', keys: ['acme/h1/thumb.webp', 'acme/h1/large.webp'] });
    expect(replaced?.removeAfter.getTime()).toBeGreaterThan(Date.now() + 30 * 24 * 3_600_000);
  });
});
