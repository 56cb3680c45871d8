import { inArray } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { images } from '../../../schema/index.ts';
import { failed, imagesOf, minutesAgo, sweep } from './sweeps.ts';

describe('retrying given-up images', () => {
  it.each([
    { filter: {}, retried: 3 },
    { filter: { code: 'GONE' }, retried: 2 },
    { filter: { supplier: 'ACME' }, retried: 3 },
    { filter: { supplier: 'acme', code: 'NOT_FOUND' }, retried: 1 },
    { filter: { supplier: 'bolt' }, retried: 0 },
  ])('puts $retried given-up images back for $filter, and no others', async ({ filter, retried }) => {
    const { database } = await imagesOf({ ...failed, nextAttemptAt: minutesAgo(-60) }, undefined, 4);
    const set = (numbers: number[], code: string) =>
      database
        .update(images)
        .set({ nextAttemptAt: null, attempts: 6, errorCode: code })
        .where(
          inArray(
            images.sourceUrl,
            numbers.map((number) => `https://cdn.example/${number}`),
          ),
        );
    await set([1, 2], 'GONE');
    await set([3], 'NOT_FOUND');
    const result = await sweep(database, { retryFailed: filter });
    expect(result).toMatchObject({ retried, queued: retried });
    for (const { attempt } of result.sent) expect(attempt).toBe(1);
  });
});
