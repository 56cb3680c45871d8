import { createHash, randomUUID } from 'node:crypto';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { storageClient } from '../../functions/shared/aws/storage.ts';
import type { Database } from '../../functions/shared/database/database.ts';
import { hexToUuid } from '../../functions/shared/hash.ts';
import { hostLanes, imageHosts, images, imports, suppliers } from '../../schema/index.ts';
import { createTestDatabase } from '../support/database.ts';
import { useServices } from '../support/services.ts';
import { conservation, heldByEnded, storageBreaches } from './invariants.ts';

useServices({ buckets: ['images'] });

const source = (name: string) => ({
  url: `https://cdn.example/${name}.jpg`,
  fate: 'converted' as const,
  bytes: Buffer.from(name),
});

async function insertImages(database: Database, values: readonly Partial<typeof images.$inferInsert>[]) {
  const [supplier] = await database.insert(suppliers).values({ code: 'acme', name: 'acme' }).returning();
  const supplierId = supplier?.id ?? 0;
  const [owner] = await database
    .insert(imports)
    .values({
      bucket: 'uploads',
      objectKey: 'acme/a.csv',
      versionId: '1',
      supplierId,
      executionArn: 'arn',
      uploadedAt: new Date(),
    })
    .returning();
  await database.insert(images).values(
    values.map(({ importId, ...value }) => ({
      sourceUrlHash: randomUUID(),
      sourceUrl: 'https://cdn.example/a.jpg',
      host: 'cdn.example',
      nextAttemptAt: null,
      ...value,
      supplierId,
      importId: importId === undefined ? null : owner?.id,
    })),
  );
}

it('counts an image as lost that no sweep and no column accounts for', async () => {
  const { database } = await createTestDatabase();
  const soon = new Date(Date.now() + 1000);
  await insertImages(database, [
    { status: 'converted', storeId: 1, objectKey: 'acme/a', renditions: {} },
    { status: 'failed', errorCode: 'GONE', errorMessage: 'Gone.' },
    { status: 'failed', errorCode: 'NOT_FOUND', errorMessage: 'Not there.', nextAttemptAt: soon },
    { status: 'pending', nextAttemptAt: soon },
    { status: 'queued', claimedAt: new Date(), nextAttemptAt: soon },
    { status: 'pending', importId: 1 },
    { status: 'queued', claimedAt: new Date(), importId: 1 },
    { status: 'failed', errorCode: 'GONE' },
  ]);
  expect(await conservation(database)).toEqual({ converted: 1, failed: 1, waiting: 3, lost: 3 });
});

it('finds what an import keeps from others after its end', async () => {
  const { database } = await createTestDatabase();
  await insertImages(database, [{ status: 'pending', importId: 1 }]);
  await database.insert(imageHosts).values({ host: 'cdn.example', concurrency: 8 });
  const lane = { host: 'cdn.example', holder: 'import 1', importId: 1, lanes: 3, expiresAt: new Date() };
  await database.insert(hostLanes).values(lane);
  await database.update(imports).set({ writers: 4 });
  expect(await heldByEnded(database)).toEqual([]);
  await database.update(imports).set({ status: 'completed' });
  expect(await heldByEnded(database)).toEqual(['import 1 holds 3 lanes of cdn.example', 'import 1 holds writers']);
});

it('finds objects and rows of the images bucket that disagree', async () => {
  const { database } = await createTestDatabase();
  const row = (name: string, objectKey: string, of = name): Partial<typeof images.$inferInsert> => ({
    sourceUrl: source(name).url,
    sourceHash: hexToUuid(createHash('sha256').update(source(of).bytes).digest('hex')),
    status: 'converted',
    storeId: 1,
    objectKey,
    renditions: { large: [4, 3, 5], thumb: [4, 3, 5] },
  });
  await insertImages(database, [
    row('sound', 'acme/1'),
    row('shared', 'acme/1'),
    row('absent', 'acme/2'),
    row('mixed-up', 'acme/3', 'sound'),
  ]);
  const s3 = storageClient();
  for (const Key of ['1/large', '1/thumb', '2/large', '3/large', '3/thumb', '4/large']) {
    const Body = Key === '2/large' ? 'cut' : 'whole';
    await s3.send(new PutObjectCommand({ Bucket: 'images', Key: `acme/${Key}.webp`, Body }));
  }
  const sources = ['sound', 'shared', 'absent', 'mixed-up'].map(source);
  expect(await storageBreaches({ database, s3, bucket: 'images' }, sources)).toEqual([
    `acme/1 belongs to ${source('sound').url} and to ${source('shared').url}`,
    `acme/2/large.webp of ${source('absent').url} has 3 bytes, its row says 5`,
    `acme/2/thumb.webp of ${source('absent').url} has null bytes, its row says 5`,
    `${source('mixed-up').url} was converted from something else`,
    'no row refers to acme/4/large.webp',
  ]);
});
