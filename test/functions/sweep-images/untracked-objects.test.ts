import { eq, inArray } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { listObjects, removeObjects, writeObject } from '../../../functions/shared/aws/storage.ts';
import { removeReplacedObjects } from '../../../functions/sweep-images/remove-replaced-objects.ts';
import { noteUntrackedObjects } from '../../../functions/sweep-images/untracked-objects.ts';
import { imageStores, images, replacedObjects } from '../../../schema/index.ts';
import { createTestDatabase } from '../../support/database.ts';
import { startImport } from '../../support/imports.ts';
import { useServices } from '../../support/services.ts';

const { listKeys } = useServices({ buckets: ['images'] });

const days = (count: number) => new Date(Date.now() + count * 24 * 3_600_000);
const hash = (letter: string) => letter.repeat(32);
const tracked = `acme/${hash('a')}`;
const replaced = `acme/${hash('b')}`;
/** What an attempt left whose batch died between storing and recording, the server sending other bytes the next time. */
const lost = `acme/${hash('c')}`;
const other = `other/${hash('d')}`;

async function bucketAndDatabase() {
  const { database } = await createTestDatabase();
  const { import: registered } = await startImport(database);
  await database.insert(imageStores).values({ baseUrl: 'https://images.example' });
  await database.insert(images).values({
    sourceUrlHash: crypto.randomUUID(),
    sourceUrl: 'https://cdn.example/a.jpg',
    supplierId: registered.supplierId,
    host: 'cdn.example',
    status: 'converted',
    storeId: 1,
    objectKey: tracked,
    renditions: {},
    nextAttemptAt: null,
  });
  const kept = { objectKey: replaced, keys: [`${replaced}/large.webp`], removeAfter: days(5) };
  await database.insert(replacedObjects).values(kept);
  for (const prefix of [tracked, replaced, lost, other]) {
    for (const name of ['large', 'thumb']) {
      await writeObject('images', `${prefix}/${name}.webp`, 'x', { contentType: 'image/webp' });
    }
  }
  await writeObject('images', 'acme/logo.webp', 'x', { contentType: 'image/webp' });
  const note = (prefix = '', now = days(3)) => noteUntrackedObjects(database, listObjects('images', prefix), now);
  const noted = async () => (await database.select().from(replacedObjects)).filter((row) => row.objectKey !== replaced);
  return { database, note, noted, kept };
}

it('notes objects that neither an image nor another note names, once, for removal after a month', async () => {
  const { database, note, noted, kept } = await bucketAndDatabase();
  expect(await note('acme/')).toBe(1);
  expect(await note('acme/')).toBe(0);
  const [only, ...others] = await noted();
  expect(others).toEqual([]);
  expect(only).toMatchObject({ objectKey: lost, keys: [`${lost}/large.webp`, `${lost}/thumb.webp`] });
  expect(only?.removeAfter.getTime()).toBeGreaterThan(days(30).getTime());
  expect(await note()).toBe(1);
  expect((await noted()).map(({ objectKey }) => objectKey)).toEqual([lost, other]);
  expect(await database.select().from(replacedObjects).where(eq(replacedObjects.objectKey, replaced))).toEqual([kept]);
});

it('leaves young objects alone: their image may not be recorded yet', async () => {
  const { note, noted } = await bucketAndDatabase();
  expect(await note('', days(1))).toBe(0);
  expect(await noted()).toEqual([]);
});

it('has them removed, but for what an image refers to by then', async () => {
  const { database, note } = await bucketAndDatabase();
  await note();
  await database
    .update(replacedObjects)
    .set({ removeAfter: days(-1) })
    .where(inArray(replacedObjects.objectKey, [lost, other]));
  await database.update(images).set({ objectKey: other });
  expect(await removeReplacedObjects(database, (keys) => removeObjects('images', keys))).toBe(1);
  const left = await listKeys('images');
  expect(left).toEqual(expect.arrayContaining([`${other}/large.webp`, 'acme/logo.webp', `${replaced}/large.webp`]));
  expect(left.filter((key) => key.startsWith(lost))).toEqual([]);
});

it('reads a bucket of more than one page, and removes more than one request takes', { timeout: 60_000 }, async () => {
  const keys = Array.from({ length: 1001 }, (_, index) => `many/${String(index).padStart(32, '0')}/large.webp`);
  for (let from = 0; from < keys.length; from += 50) {
    await Promise.all(
      keys.slice(from, from + 50).map((key) => writeObject('images', key, 'x', { contentType: 'image/webp' })),
    );
  }
  const listed = [];
  for await (const { key } of listObjects('images', 'many/')) listed.push(key);
  expect(listed).toEqual(keys);
  await removeObjects('images', keys);
  expect((await listKeys('images')).filter((key) => key.startsWith('many/'))).toEqual([]);
});
