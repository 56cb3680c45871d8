import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify/sync';
import type { Change } from '../../../workflows/payloads/changes.ts';

export type ChangedProduct = Pick<Change, 'code' | 'fields'>;
type Changes = AsyncIterable<ChangedProduct> | Iterable<ChangedProduct>;

/** Products in which each field changed, by the field's label. */
export type ChangeCounts = Record<string, number>;

/** Writes changes.csv to `path`, a line for each value, and counts. */
async function writeChangesCsv(path: string, changes: Changes): Promise<ChangeCounts> {
  const counts: ChangeCounts = {};
  async function* lines() {
    yield `\uFEFF${stringify([['code', 'SKU', 'field', 'before', 'after']])}`;
    for await (const { code, fields } of changes) {
      for (const label of new Set(fields.map(({ field }) => field))) counts[label] = (counts[label] ?? 0) + 1;
      const rows = fields.map(({ sku, field, name, before, after }) => [
        code,
        sku ?? '',
        name === null ? field : `${field}: ${name}`,
        before ?? '',
        after ?? '',
      ]);
      // What a spreadsheet program would run as a formula gets an apostrophe, as in problems.csv.
      if (rows.length > 0) yield stringify(rows, { escape_formulas: true });
    }
  }
  await pipeline(Readable.from(lines()), createWriteStream(path, { mode: 0o600 }));
  return counts;
}

/** Writes changes.csv and hands its path to `upload`, where anything changed. */
export async function reportChanges(changes: Changes, upload: (path: string) => Promise<void>): Promise<ChangeCounts> {
  const directory = await mkdtemp(join(tmpdir(), 'changes-'));
  try {
    const path = join(directory, 'changes.csv');
    const counts = await writeChangesCsv(path, changes);
    if (Object.keys(counts).length > 0) await upload(path);
    return counts;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
