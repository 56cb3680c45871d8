import { eq, sql } from 'drizzle-orm';
import { expect } from 'vitest';
import { planImages } from '../../../functions/plan-images/plan-images.ts';
import type { Database } from '../../../functions/shared/database/database.ts';
import { images } from '../../../schema/index.ts';
import { hostGroupSchema, type ImageItem, type PlannedImages } from '../../../workflows/payloads/images.ts';
import { writeChunk } from '../../support/chunks.ts';
import { createTestDatabase } from '../../support/database.ts';
import { aProduct, type StartedImport, startImport } from '../../support/imports.ts';
import { take } from '../../support/takes.ts';

type Planned = PlannedImages & { hosts: string[][]; items: ImageItem[]; urls: string[]; images: number };

/** Plans after `before`, and takes what is planned. */
export async function plan(database: Database, started: StartedImport, before = notPlanned): Promise<Planned> {
  const written = new Map<string, unknown[]>();
  const writeGroups = async (key: string, lines: readonly unknown[]) => void written.set(key, [...lines]);
  const planned = await planImages(
    { database, now: () => new Date(0), writeGroups },
    { import: started.import, images: before },
  );
  const groups = (written.get(planned.key) ?? []).map((line) => hostGroupSchema.parse(line));
  expect(groups.map(({ group }) => group)).toEqual(Array.from({ length: planned.groups }, (_, index) => index + 1));
  const items: ImageItem[] = [];
  for (const { hosts } of groups) {
    const { lines } = await take(database, started.import, hosts);
    items.push(...lines.flatMap(({ Items }) => Items));
  }
  const urls = items.map(({ sourceUrl }) => sourceUrl);
  return { ...planned, hosts: groups.map(({ hosts }) => hosts), items, urls, images: items.length };
}

/** An address, the same for the same name. */
export const url = (name: string) => `https://cdn.example/${name}.jpg`;

/** An import whose file lists one product with the images `a` (changed to `state`) and `b` (pending). */
export async function importWith(state: Partial<typeof images.$inferInsert> = { status: 'pending' }) {
  const { database } = await createTestDatabase();
  const started = await startImport(database);
  await writeChunk(database, started, [aProduct({ images: [url('a'), url('b')] })]);
  await database
    .update(images)
    .set(state)
    .where(eq(images.sourceUrl, url('a')));
  return { database, started };
}

export const notPlanned: PlannedImages = { round: 0, groups: 0, key: '', left: null, plannedAt: null };
export const hour = 3_600_000;
export const ago = (hours: number) => new Date(Date.now() - hours * hour);
export const converted = {
  status: 'converted',
  storeId: 1,
  objectKey: 'acme/x',
  renditions: {},
  nextAttemptAt: null,
} as const;

export const failed = { status: 'failed', errorCode: 'NOT_FOUND', errorMessage: 'Not there', attempts: 3 } as const;

/** An import that has inserted so many images of each host. */
export async function importOf(hosts: Record<string, number>, path = '') {
  const { database } = await createTestDatabase();
  const started = await startImport(database);
  const { importId, supplierId } = started.import;
  for (const [host, count] of Object.entries(hosts)) {
    await database.execute(sql`
      insert into images (source_url_hash, source_url, supplier_id, host, import_id, next_attempt_at)
      select gen_random_uuid(), 'https://' || ${host} || '/' || n || ${path}, ${supplierId}, ${host}, ${importId}, null
      from generate_series(1, ${count}) n`);
  }
  return { database, started };
}
