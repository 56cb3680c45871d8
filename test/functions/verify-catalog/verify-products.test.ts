import { eq, inArray } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../../functions/shared/database/database.ts';
import { hashToUuid } from '../../../functions/shared/hash.ts';
import { recordedImport } from '../../../functions/verify-catalog/recorded-import.ts';
import { verifyProducts } from '../../../functions/verify-catalog/verify-products.ts';
import { verifySupplier } from '../../../functions/verify-catalog/verify-supplier.ts';
import { imageStores, images, imports, productImages } from '../../../schema/index.ts';
import {
  recordedImportSchema,
  verifiedProductsSchema,
  verifiedSupplierSchema,
  verifyProductsInputSchema,
} from '../../../workflows/payloads/verify.ts';
import { writeChunk } from '../../support/chunks.ts';
import { createTestDatabase } from '../../support/database.ts';
import { aProduct, type StartedImport, startImport } from '../../support/imports.ts';

const url = (name: string) => `https://cdn.example/${name}.jpg`;
/** As the function takes it. */
const question = (started: StartedImport, products: { code: string; images: string[] }[]) =>
  verifyProductsInputSchema.parse({
    importId: started.import.importId,
    supplierId: started.import.supplierId,
    products: products.map(({ code, images }) => ({ code, images: images.map((name) => hashToUuid(url(name))) })),
  });
const ended = { status: 'completed', finishedAt: new Date(), imagesReleasedAt: new Date() } as const;
const close = (database: Database, { import: { importId } }: StartedImport) =>
  database.update(imports).set(ended).where(eq(imports.id, importId));
const setImages = (database: Database, names: string[], values: Partial<typeof images.$inferInsert>) =>
  database
    .update(images)
    .set(values)
    .where(inArray(images.sourceUrl, names.map(url)));

describe('what became of an import', () => {
  it('has each image of its file once, as converted, failed, waiting or lost', async () => {
    const { database } = await createTestDatabase();
    await database.insert(imageStores).values({ baseUrl: 'https://images.example' });
    const started = await startImport(database);
    const shown = ['a', 'b', 'c', 'd', 'e'];
    await writeChunk(database, started, [aProduct({ code: 'A', images: shown.map(url) })]);
    await close(database, started);
    const failed = { status: 'failed', errorCode: 'GONE', errorMessage: 'It is gone' } as const;
    await setImages(database, ['a', 'b'], {
      status: 'converted',
      storeId: 1,
      objectKey: 'acme/x',
      renditions: {},
      nextAttemptAt: null,
    });
    await setImages(database, ['c'], { ...failed, nextAttemptAt: null });
    await setImages(database, ['d'], { ...failed, nextAttemptAt: new Date() });
    // Of an import that has ended, and with no time: what must never be.
    const { importId } = started.import;
    await setImages(database, ['e'], { status: 'queued', claimedAt: new Date(), nextAttemptAt: null, importId });
    const found = verifiedProductsSchema.parse(
      await verifyProducts(database, question(started, [{ code: 'A', images: shown }])),
    );
    expect(found).toEqual({
      recorded: 1,
      images: { converted: 2, failed: 1, waiting: 1, superseded: 0, lost: 1 },
    });
  });

  it('tells an image that is gone from one that was never asked for, since a newer file had its product', async () => {
    const { database } = await createTestDatabase();
    const older = await startImport(database, { key: 'acme/1.csv', uploadedAt: '2026-03-01T10:00:00.000Z' });
    const newer = await startImport(database, { key: 'acme/2.csv', uploadedAt: '2026-03-01T11:00:00.000Z' });
    await writeChunk(database, newer, [aProduct({ code: 'A', images: [url('new')] })]);
    await writeChunk(database, older, [
      aProduct({ code: 'A', images: [url('old')] }),
      aProduct({ code: 'B', images: [url('b')] }),
    ]);
    await database.delete(productImages);
    await database.delete(images).where(eq(images.sourceUrl, url('b')));
    const listed = [
      { code: 'A', images: ['old'] },
      { code: 'B', images: ['b'] },
      { code: 'C', images: [] },
    ];
    expect(await verifyProducts(database, question(older, listed))).toEqual({
      recorded: 2,
      images: { converted: 0, failed: 0, waiting: 0, superseded: 1, lost: 1 },
    });
  });

  it('has its file’s settings and counts, under its id and under the name of its execution', async () => {
    const { database } = await createTestDatabase();
    const started = await startImport(database);
    await writeChunk(database, started, [aProduct({ code: 'A' }), aProduct({ code: 'B' })]);
    await expect(recordedImport(database, String(started.import.importId))).rejects.toThrow(/is running/);
    await close(database, started);
    const found = recordedImportSchema.parse(await recordedImport(database, started.import.executionName));
    expect(found).toMatchObject({ import: started.import, products: 2, executionArn: started.execution.arn });
    expect(await recordedImport(database, String(started.import.importId))).toEqual(found);
  });

  it.each([
    [{ status: 'failed', error: 'EmptySpreadsheet' }, /failed \(EmptySpreadsheet\): there is no receipt/],
    [{ status: 'completed', kind: 'undo' }, /is an undo, which has no file/],
    [{ status: 'completed', format: 'columns' }, /columns\.xlsx/],
  ] as const)('is refused where it is %o', async (values, message) => {
    const { database } = await createTestDatabase();
    await startImport(database);
    await database.update(imports).set(values);
    await expect(recordedImport(database, '1')).rejects.toThrow(message);
    await expect(recordedImport(database, '2')).rejects.toThrow(/There is no import "2"/);
  });

  it('has a fingerprint for its supplier, whatever the case, and none for a stranger', async () => {
    const { database } = await createTestDatabase();
    const started = await startImport(database);
    await writeChunk(database, started, [aProduct()]);
    expect(verifiedSupplierSchema.parse(await verifySupplier(database, { supplier: 'ACME' }))).toMatchObject({
      supplier: 'acme',
      products: 1,
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    await expect(verifySupplier(database, { supplier: 'nobody' })).rejects.toThrow(/There is no supplier nobody/);
  });
});
