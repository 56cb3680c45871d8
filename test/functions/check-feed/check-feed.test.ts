import { describe, expect, it } from 'vitest';
import { checkFeed } from '../../../functions/check-feed/check-feed.ts';
import { readProductCodes } from '../../../functions/check-feed/read-product-codes.ts';
import { writeJsonLines } from '../../../functions/shared/aws/storage.ts';
import { workKeys } from '../../../functions/shared/imports/object-keys.ts';
import { readRejectedCodes } from '../../../functions/shared/imports/rejected-codes.ts';
import { writeChunk } from '../../support/chunks.ts';
import { createTestDatabase } from '../../support/database.ts';
import { aParsedSpreadsheet, aProduct, rowCounts, startImport } from '../../support/imports.ts';
import { useServices } from '../../support/services.ts';

useServices({ buckets: ['work'] });

const stored = ['A', 'B', 'C', 'D'];

/** Checks a file that lists `codes` for a supplier with the products A, B, C and D and an inactive one. */
async function check(
  codes: string[],
  values: { feedMode?: 'full' | 'partial'; key?: string } = {},
  rejected: string[] = [],
) {
  const { database } = await createTestDatabase();
  const before = await startImport(database, { key: 'acme/before.csv' });
  const inactive = aProduct({ code: 'Z', active: false });
  await writeChunk(database, before, [...stored.map((code) => aProduct({ code })), inactive]);
  const other = await startImport(database, { key: 'other/before.csv' });
  await writeChunk(database, other, [aProduct({ code: 'X' }), aProduct({ code: 'Y' })]);
  const { upload, import: registered } = await startImport(database, {
    key: 'acme/feed.csv',
    feedMode: 'full',
    ...values,
  });
  const manifestKey = 'imports/9/rows.jsonl';
  const chunks = codes.map((code, chunk) => ({ chunk, key: `imports/9/rows/${chunk}.jsonl`, products: 1, code }));
  await writeJsonLines('work', manifestKey, chunks);
  for (const { key, code } of chunks) await writeJsonLines('work', key, [aProduct({ code })]);
  const lines = rejected.map((code) => ({ code }));
  await writeJsonLines('work', workKeys.rejectedCodes(registered.importId), lines);
  return checkFeed(
    {
      database,
      readProductCodes: (key) => readProductCodes('work', key),
      readRejectedCodes: (importId) => readRejectedCodes('work', importId),
    },
    {
      upload,
      import: registered,
      parsed: aParsedSpreadsheet({ manifestKey, rows: rowCounts(10, rejected.length) }),
    },
  );
}

describe('checking a full feed', () => {
  it.each([
    { codes: stored, missing: 0 },
    { codes: ['A', 'B', 'new'], missing: 2 },
    { codes: ['A', 'A', 'B', 'Z'], missing: 2 },
  ])('lets one pass that lists $codes', async ({ codes, missing }) => {
    expect(await check(codes)).toEqual({ active: 4, missing });
  });

  it.each([
    { codes: ['A'], reason: 'would deactivate 3 of 4 active products' },
    { codes: ['X', 'Y', 'Z'], reason: 'would deactivate 4 of 4 active products' },
    { codes: [], reason: 'lists no product' },
  ])('refuses one that lists $codes, unless its name says that it is meant', async ({ codes, reason }) => {
    await expect(check(codes)).rejects.toMatchObject({
      name: 'FeedWouldDeactivateTooMuch',
      message: expect.stringContaining(reason),
    });
    await expect(check(codes, { key: 'acme/feed Force-Full.csv' })).resolves.toMatchObject({ active: 4 });
  });

  it.each([
    { codes: ['A'], rejected: ['B', 'C', 'C', 'new'], missing: 1 },
    { codes: [], rejected: ['A', 'B'], missing: 2 },
  ])('counts $rejected in rejected rows as listed beside $codes', async ({ codes, rejected, missing }) => {
    expect(await check(codes, {}, rejected)).toEqual({ active: 4, missing });
  });

  it('says where the reasons are when rows of a refused feed were rejected', async () => {
    await expect(check(['A'], {}, ['X'])).rejects.toThrow(
      /1 of its 10 rows were rejected: see acme\/.+\/problems\.csv\./,
    );
  });

  it('lets the corrected rows of a feed pass, whatever they lack', async () => {
    expect(await check(['A'], { key: 'acme/rejected.xlsx' })).toEqual({ active: 0, missing: 0 });
  });

  it('lets any partial feed pass', async () => {
    expect(await check([], { feedMode: 'partial' })).toEqual({ active: 0, missing: 0 });
  });
});
