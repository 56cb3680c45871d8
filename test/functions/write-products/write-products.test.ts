import { eq, sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { registerImport } from '../../../functions/register-import/register-import.ts';
import type { Database } from '../../../functions/shared/database/database.ts';
import { images, importChunks, productCatalog, products, productVariants } from '../../../schema/index.ts';
import { writeChunk } from '../../support/chunks.ts';
import { createTestDatabase } from '../../support/database.ts';
import { aProduct, aVariant, startImport } from '../../support/imports.ts';

/** Where each row's version is: a row written again, even with the same values, has moved. */
async function rowVersions(database: Database): Promise<Record<string, string[]>> {
  const of = async (table: string) => {
    const rows = await database.execute<{ version: string }>(
      sql`select xmin::text || ctid::text as version from ${sql.identifier(table)} order by 1`,
    );
    return rows.map(({ version }) => version);
  };
  return {
    products: await of('products'),
    product_variants: await of('product_variants'),
    images: await of('images'),
    product_images: await of('product_images'),
  };
}

/** Ids of a product's images' URLs in their order. */
async function imageUrls(database: Database, code: string): Promise<string[]> {
  const rows = await database.execute<{ url: string }>(sql`
    select i.source_url as url from products p join product_images pi on pi.product_id = p.id
    join images i on i.id = pi.image_id where p.code = ${code} order by pi.position`);
  return rows.map(({ url }) => url);
}

describe('writing a chunk of products', () => {
  it('creates products with their variants and images', async () => {
    const { database } = await createTestDatabase();
    const started = await startImport(database);
    const mug = aProduct({
      code: '00042',
      tags: ['kitchen', 'a,b "c"'],
      price: '1299.5000',
      weightGrams: '350.500',
      attributes: { 'Country of Origin': 'PT' },
      variants: [
        aVariant({ key: 'Blue', sku: null, options: { Color: 'Blue' }, barcode: '0012345678905' }),
        aVariant({ key: 'Red', sku: null, options: { Color: 'Red' }, quantity: -3 }),
      ],
      images: ['https://cdn.example/a.jpg?v=1', 'https://cdn.example/b.jpg'],
    });
    expect(await writeChunk(database, started, [mug])).toEqual({ created: 1, updated: 0, unchanged: 0 });
    const [row] = await database.select().from(products);
    expect(row).toMatchObject({
      code: '00042',
      tags: ['kitchen', 'a,b "c"'],
      price: '1299.5000',
      weightGrams: '350.500',
      attributes: { 'Country of Origin': 'PT' },
      contentHash: mug.contentHash,
      sourceUploadedAt: new Date(started.upload.uploadedAt),
      firstImportId: started.import.importId,
    });
    const variants = await database.select().from(productVariants).orderBy(productVariants.position);
    expect(variants.map(({ variantKey, barcode, quantity }) => ({ variantKey, barcode, quantity }))).toEqual([
      { variantKey: 'Blue', barcode: '0012345678905', quantity: null },
      { variantKey: 'Red', barcode: null, quantity: -3 },
    ]);
    expect(await imageUrls(database, '00042')).toEqual(['https://cdn.example/a.jpg?v=1', 'https://cdn.example/b.jpg']);
    const [image] = await database.select().from(images);
    expect(image).toMatchObject({ status: 'pending', host: 'cdn.example', importId: started.import.importId });
  });

  it('writes no row version for what has not changed', async () => {
    const { database } = await createTestDatabase();
    const catalog = Array.from({ length: 100 }, (_, index) =>
      aProduct({ code: `P${index}`, images: [`https://cdn.example/${index}.jpg`, 'https://cdn.example/shared.jpg'] }),
    );
    await writeChunk(database, await startImport(database), catalog);
    const before = await rowVersions(database);
    const again = await startImport(database, { uploadedAt: '2026-03-02T12:00:00.000Z' });
    expect(await writeChunk(database, again, catalog)).toEqual({ created: 0, updated: 0, unchanged: 100 });
    expect(await rowVersions(database)).toEqual(before);
  });

  it('writes only the rows of the one product in a hundred that changed', async () => {
    const { database } = await createTestDatabase();
    const catalog = Array.from({ length: 100 }, (_, index) =>
      aProduct({ code: `P${index}`, images: [`https://cdn.example/${index}.jpg`] }),
    );
    await writeChunk(database, await startImport(database), catalog);
    const before = await rowVersions(database);
    const changed = catalog.map((product) =>
      product.code === 'P7' ? aProduct({ code: 'P7', title: 'New', images: ['https://cdn.example/7.jpg'] }) : product,
    );
    const again = await startImport(database, { uploadedAt: '2026-03-02T12:00:00.000Z' });
    expect(await writeChunk(database, again, changed)).toEqual({ created: 0, updated: 1, unchanged: 99 });
    const after = await rowVersions(database);
    expect(after.products?.filter((version) => !before.products?.includes(version))).toHaveLength(1);
    expect({ ...after, products: [] }).toEqual({ ...before, products: [] });
  });

  it('keeps ids of variants, deactivates those that are gone and revives them when they come back', async () => {
    const { database } = await createTestDatabase();
    const blue = aVariant({ key: 'Blue' });
    const red = aVariant({ key: 'Red' });
    const versions = [[blue, red], [red], [red, blue]];
    const seen = [];
    for (const [day, variants] of versions.entries()) {
      const started = await startImport(database, { uploadedAt: `2026-03-0${day + 1}T12:00:00.000Z` });
      await writeChunk(database, started, [aProduct({ variants })]);
      const rows = await database.select().from(productVariants).orderBy(productVariants.id);
      seen.push(rows.map(({ id, variantKey, position, status }) => ({ id, variantKey, position, status })));
    }
    const [blueId, redId] = [seen[0]?.[0]?.id, seen[0]?.[1]?.id];
    expect(seen[1]).toEqual([
      { id: blueId, variantKey: 'Blue', position: 0, status: 'inactive' },
      { id: redId, variantKey: 'Red', position: 0, status: 'active' },
    ]);
    expect(seen[2]).toEqual([
      { id: blueId, variantKey: 'Blue', position: 1, status: 'active' },
      { id: redId, variantKey: 'Red', position: 0, status: 'active' },
    ]);
  });

  it.each([
    { change: 'swaps two images', to: ['b', 'a', 'c'], written: 2 },
    { change: 'drops the last', to: ['a', 'b'], written: 0 },
    { change: 'adds one', to: ['a', 'b', 'c', 'd'], written: 1 },
    { change: 'names one twice', to: ['a', 'b', 'a', 'c'], written: 0 },
    { change: 'has none any more', to: [], written: 0 },
  ])('writes $written image positions when a file $change', async ({ to, written }) => {
    const { database } = await createTestDatabase();
    const url = (name: string) => `https://cdn.example/${name}.jpg`;
    await writeChunk(database, await startImport(database), [aProduct({ images: ['a', 'b', 'c'].map(url) })]);
    const before = await rowVersions(database);
    const again = await startImport(database, { uploadedAt: '2026-03-02T12:00:00.000Z' });
    await writeChunk(database, again, [aProduct({ title: 'New', images: to.map(url) })]);
    const after = await rowVersions(database);
    expect(await imageUrls(database, 'A')).toEqual([...new Set(to)].map(url));
    expect(after.product_images?.filter((version) => !before.product_images?.includes(version))).toHaveLength(written);
  });

  it('makes an inactive product active again when it reappears unchanged', async () => {
    const { database } = await createTestDatabase();
    await writeChunk(database, await startImport(database), [aProduct()]);
    await database.update(products).set({ status: 'inactive' });
    const again = await startImport(database, { uploadedAt: '2026-03-02T12:00:00.000Z' });
    expect(await writeChunk(database, again, [aProduct()])).toEqual({ created: 0, updated: 1, unchanged: 0 });
    const [row] = await database.select().from(productCatalog);
    expect(row?.status).toBe('active');
  });

  it('returns the same counts for a chunk delivered again, and writes nothing', async () => {
    const { database } = await createTestDatabase();
    const started = await startImport(database);
    const first = await writeChunk(database, started, [aProduct()]);
    const before = await rowVersions(database);
    expect(await writeChunk(database, started, [aProduct({ title: 'Never written' })])).toEqual(first);
    expect(await rowVersions(database)).toEqual(before);
  });

  it('counts what an interrupted execution of the same import wrote as the import’s work', async () => {
    const { database } = await createTestDatabase();
    await writeChunk(database, await startImport(database), [aProduct(), aProduct({ code: 'B' })]);
    const started = await startImport(database, { uploadedAt: '2026-03-02T12:00:00.000Z' });
    const file = [
      aProduct({ title: 'New' }),
      aProduct({ code: 'B' }),
      aProduct({ code: 'C' }),
      aProduct({ code: 'D' }),
    ];
    await writeChunk(database, started, file.slice(0, 3));
    const execution = { arn: 'arn:execution:restart', name: 'restart' };
    await registerImport({ database }, { upload: started.upload, execution });
    expect(await writeChunk(database, started, file)).toEqual({ created: 2, updated: 1, unchanged: 1 });
  });

  it('survives two products with one code: the last counts', async () => {
    const { database } = await createTestDatabase();
    const started = await startImport(database);
    const twice = [aProduct({ title: 'First' }), aProduct({ title: 'Last' })];
    expect(await writeChunk(database, started, twice)).toEqual({ created: 1, updated: 0, unchanged: 1 });
    const rows = await database.select({ title: products.title }).from(products);
    expect(rows).toEqual([{ title: 'Last' }]);
    const [chunk] = await database
      .select()
      .from(importChunks)
      .where(eq(importChunks.importId, started.import.importId));
    expect(chunk?.productCodes).toEqual(['A']);
  });

  it('stores characters that PostgreSQL has no room for as U+FFFD, in keys too', async () => {
    const { database } = await createTestDatabase();
    const hostile = aProduct({ title: 'a\0b \\u0000 \ud800', attributes: { 'k\0': 'C:\\u0000\0' } });
    await writeChunk(database, await startImport(database), [hostile]);
    const [row] = await database.select().from(products);
    expect(row?.title).toBe('a\ufffdb \\u0000 \ufffd');
    expect(row?.attributes).toEqual({ 'k\ufffd': 'C:\\u0000\ufffd' });
  });

  it('writes a chunk with more values than a statement may have parameters', async () => {
    const { database } = await createTestDatabase();
    const variants = Array.from({ length: 50 }, (_, index) => aVariant({ key: `v${index}` }));
    const catalog = Array.from({ length: 200 }, (_, index) => aProduct({ code: `P${index}`, variants }));
    expect(await writeChunk(database, await startImport(database), catalog)).toMatchObject({ created: 200 });
    expect(await database.$count(productVariants)).toBe(10_000);
  });
});
