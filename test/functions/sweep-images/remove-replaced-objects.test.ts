import { describe, expect, it } from 'vitest';
import { replacedObjects } from '../../../schema/index.ts';
import { imagesOf, minutesAgo, sweep } from './sweeps.ts';

describe('removing replaced objects', () => {
  it('removes replaced objects after their grace period, but for those that are in use again', async () => {
    const { database } = await imagesOf({
      status: 'converted',
      storeId: 1,
      objectKey: 'acme/used',
      renditions: {},
      nextAttemptAt: null,
    });
    const object = (objectKey: string, removeAfter: Date) => ({
      objectKey,
      keys: [`${objectKey}/large.webp`],
      removeAfter,
    });
    await database
      .insert(replacedObjects)
      .values([
        object('acme/old', minutesAgo(1)),
        object('acme/used', minutesAgo(1)),
        object('acme/new', minutesAgo(-1)),
      ]);
    expect(await sweep(database)).toMatchObject({ removed: 1, removedKeys: ['acme/old/large.webp'] });
    expect(await database.select({ key: replacedObjects.objectKey }).from(replacedObjects)).toEqual([
      { key: 'acme/new' },
    ]);
  });
});
