import { eq } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { readOwedImages } from '../../../../local/console/server/owed-images.ts';
import { images } from '../../../../schema/index.ts';
import { writeChunk } from '../../../support/chunks.ts';
import { createTestDatabase } from '../../../support/database.ts';
import { aProduct, startImport } from '../../../support/imports.ts';

const url = (name: string) => `https://cdn.example/${name}.jpg`;

it('groups what is owed by state and code, with one image and its own message, and leaves out what is converted', async () => {
  const { database } = await createTestDatabase();
  await writeChunk(database, await startImport(database), [aProduct({ images: ['a', 'b', 'c', 'd', 'e'].map(url) })]);
  const failed = (name: string, errorMessage: string | null, nextAttemptAt: Date | null) =>
    database
      .update(images)
      .set({ status: 'failed', errorCode: 'NOT_FOUND', errorMessage, nextAttemptAt })
      .where(eq(images.sourceUrl, url(name)));
  await failed('a', 'z: the first', null);
  await failed('b', 'a: the second', null);
  await failed('c', null, new Date(Date.UTC(2026, 0, 1)));
  await database
    .update(images)
    .set({ status: 'converted', storeId: 1, objectKey: 'acme/x', renditions: {}, nextAttemptAt: null })
    .where(eq(images.sourceUrl, url('d')));
  const found = await readOwedImages(database);
  const common = { supplier: 'acme', host: 'cdn.example' };
  const notFound = { ...common, code: 'NOT_FOUND', action: expect.stringContaining('upload') };
  expect(found).toMatchObject([
    { ...notFound, state: 'given up', count: 2, example: url('a'), message: 'z: the first', nextAttemptAt: null },
    { ...notFound, state: 'retried', count: 1, example: url('c'), message: null },
    { ...common, state: 'waiting', code: null, count: 1, example: url('e'), message: null, action: null },
  ]);
});
