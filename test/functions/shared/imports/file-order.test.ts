import fc from 'fast-check';
import { expect, it } from 'vitest';
import { registerImport } from '../../../../functions/register-import/register-import.ts';
import type { Database } from '../../../../functions/shared/database/database.ts';
import { sortableSequencer } from '../../../../functions/shared/imports/file-order.ts';
import { products } from '../../../../schema/index.ts';
import type { Upload } from '../../../../workflows/payloads/upload.ts';
import { writeChunk } from '../../../support/chunks.ts';
import { createTestDatabase } from '../../../support/database.ts';
import { anUpload, aProduct, type StartedImport } from '../../../support/imports.ts';

const atNoon = (milliseconds: number) => new Date(Date.UTC(2026, 2, 1, 12) + milliseconds).toISOString();
const drop = (key: string, uploadedAt: string, sequencer: string) =>
  anUpload({ key, uploadedAt, sequencer, versionId: sequencer });

/** Registers a file, whatever other version of it there is. */
async function register(database: Database, upload: Upload): Promise<StartedImport> {
  const execution = { arn: `arn:${upload.key}:${upload.versionId}`, name: upload.versionId };
  return { upload, execution, import: await registerImport({ database }, { upload, execution }) };
}

const rivals = [
  {
    files: 'two versions of one key within one millisecond',
    older: drop('acme/list.csv', atNoon(0), '00617F08299329D188'),
    newer: drop('acme/list.csv', atNoon(0), '00617F08299329D189'),
  },
  {
    files: 'two versions of one key whose clocks disagree',
    older: drop('acme/list.csv', atNoon(1000), 'FF'),
    newer: drop('acme/list.csv', atNoon(0), '100'),
  },
  {
    files: 'two keys 50 ms apart',
    older: drop('acme/spring.csv', atNoon(950), 'F0'),
    newer: drop('acme/autumn.csv', atNoon(1000), '0F'),
  },
  {
    files: 'two keys within one second of AWS: the later name is the newer file',
    older: drop('acme/part 1.csv', '2026-03-01T12:00:00Z', 'F0'),
    newer: drop('acme/part 2.csv', '2026-03-01T12:00:00Z', '0F'),
  },
];
const orders = [
  { written: 'the older first', names: ['older', 'newer'] },
  { written: 'the newer first', names: ['newer', 'older'] },
] as const;
const cases = rivals.flatMap((rival) =>
  orders.flatMap(({ written, names }) =>
    orders.map((order) => ({ ...rival, written, names, registered: order.names })),
  ),
);

it.each(cases)('$files end with the newer values: $written, registered $registered', async (rival) => {
  const { database } = await createTestDatabase();
  const started: Partial<Record<'older' | 'newer', StartedImport>> = {};
  for (const name of rival.registered) {
    const { older, newer } = rival;
    // An older version that registers late is refused: nothing of it is written.
    if (name === 'older' && started.newer && older.key === newer.key) {
      await expect(register(database, older)).rejects.toMatchObject({ name: 'ObjectReplaced' });
    } else started[name] = await register(database, rival[name]);
  }
  for (const name of rival.names) {
    const file = started[name];
    if (file !== undefined) await writeChunk(database, file, [aProduct({ title: name })]);
  }
  expect(await database.select({ title: products.title }).from(products)).toEqual([{ title: 'newer' }]);
});

it('sequencers of any length and case sort as their numbers', () => {
  const sequencer = fc.bigInt({ min: 0n, max: (1n << 80n) - 1n });
  const written = fc.record({ zeros: fc.integer({ min: 0, max: 4 }), upper: fc.boolean() });
  fc.assert(
    fc.property(sequencer, written, sequencer, written, (a, asA, b, asB) => {
      const write = (value: bigint, { zeros, upper }: { zeros: number; upper: boolean }) => {
        const text = '0'.repeat(zeros) + value.toString(16);
        return sortableSequencer(upper ? text.toUpperCase() : text);
      };
      expect(write(a, asA) < write(b, asB)).toBe(a < b);
    }),
  );
});
