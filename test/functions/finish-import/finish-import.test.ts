import { eq, sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { finishImport } from '../../../functions/finish-import/finish-import.ts';
import type { Database } from '../../../functions/shared/database/database.ts';
import { imageStores, images, imports, type RenditionSize } from '../../../schema/index.ts';
import type { ParsedSpreadsheet } from '../../../workflows/payloads/import-states.ts';
import { type ImportSummary, importSummarySchema } from '../../../workflows/payloads/summary.ts';
import { writeChunk } from '../../support/chunks.ts';
import { createTestDatabase } from '../../support/database.ts';
import { aParsedSpreadsheet, aProduct, rowCounts, type StartedImport, startImport } from '../../support/imports.ts';

const now = new Date('2026-03-01T12:10:00.000Z');
const url = (name: string) => `https://cdn.example/${name}.jpg`;
const converted = {
  status: 'converted',
  storeId: 1,
  objectKey: 'acme/x',
  renditions: {},
  nextAttemptAt: null,
} as const;
const failed = { status: 'failed', errorMessage: 'It failed' } as const;
const plannedAt = new Date('2026-03-01T11:00:00.000Z');
const later = new Date('2026-03-01T14:00:00.000Z');

async function finish(database: Database, started: StartedImport, parsed: Partial<ParsedSpreadsheet> = {}) {
  const written = new Map<string, ImportSummary>();
  const reports = new Map<string, string>();
  const breaches: number[] = [];
  const summary = await finishImport(
    {
      database,
      writeSummary: async (key, value) => void written.set(key, value),
      writeReport: async (key, html) => void reports.set(key, html),
      reportChanges: async () => ({}),
      reportBreach: (missing) => void breaches.push(missing),
      now: () => now,
    },
    {
      upload: started.upload,
      import: started.import,
      parsed: aParsedSpreadsheet(parsed),
      images: { plannedAt: plannedAt.toISOString() },
    },
  );
  expect(importSummarySchema.parse(summary)).toEqual(summary);
  return { summary, written, reports, breaches };
}

const setImage = (database: Database, name: string, values: Partial<typeof images.$inferInsert>) =>
  database
    .update(images)
    .set(values)
    .where(eq(images.sourceUrl, url(name)));

describe('finishing an import', () => {
  it('counts products by chunk and the file’s distinct images by outcome, and closes the row', async () => {
    const { database } = await createTestDatabase();
    const started = await startImport(database);
    await writeChunk(database, started, [aProduct({ images: ['a', 'b', 'c'].map(url) })]);
    await writeChunk(database, started, [aProduct({ code: 'B', images: ['c', 'd', 'e', 'f'].map(url) })], 1);
    await setImage(database, 'a', converted);
    await setImage(database, 'b', converted);
    await setImage(database, 'c', { ...failed, errorCode: 'UNSUPPORTED_FORMAT', nextAttemptAt: null });
    await setImage(database, 'd', { ...failed, errorCode: 'NOT_FOUND', nextAttemptAt: later });
    const { importId } = started.import;
    await setImage(database, 'e', { status: 'queued', claimedAt: now, nextAttemptAt: null, importId });
    const { summary, written, breaches } = await finish(database, started, { rows: rowCounts(7) });
    expect(summary).toMatchObject({
      steps: { parsedAt: null, writtenAt: plannedAt.toISOString() },
      status: 'completed_with_problems',
      supplier: 'acme',
      file: 'catalog.xlsx',
      rows: rowCounts(7),
      products: { created: 2, updated: 0, unchanged: 0, deactivated: 0 },
      images: { distinct: 6, converted: 2, failed: 1, waiting: 3, errors: { UNSUPPORTED_FORMAT: 1, NOT_FOUND: 1 } },
      finishedAt: now.toISOString(),
      error: null,
    });
    expect([...written]).toEqual([[`acme/${started.execution.name}/summary.json`, summary]]);
    expect(breaches).toEqual([]);
    const [row] = await database.select().from(imports);
    expect(row).toMatchObject({
      status: 'completed_with_problems',
      productsCreated: 2,
      images: { distinct: 6, converted: 2, failed: 1, waiting: 3 },
      finishedAt: now,
    });
  });

  it('writes a page with the products in the file’s order, their thumbnails and an image of each error', async () => {
    const { database } = await createTestDatabase();
    await database.insert(imageStores).values({ baseUrl: 'https://images.example' });
    const started = await startImport(database);
    const later = Array.from({ length: 200 }, (_, index) => aProduct({ code: `P${index}`, title: `Plate ${index}` }));
    await writeChunk(database, started, later, 1);
    await writeChunk(database, started, [aProduct({ title: '<b>Mug</b>', images: [url('a'), url('b'), url('c')] })], 0);
    const renditions = { large: [800, 600, 9], thumb: [400, 300, 9] } satisfies Record<string, RenditionSize>;
    await setImage(database, 'b', { ...converted, objectKey: 'acme/b', renditions });
    await setImage(database, 'c', { ...failed, errorCode: 'GONE', nextAttemptAt: null });
    const { summary, reports } = await finish(database, started);
    expect([...reports.keys()]).toEqual([summary.reports.report]);
    expect(summary.reports.report).toBe(`acme/${started.execution.name}/report.html`);
    const html = reports.get(summary.reports.report) ?? '';
    expect([...html.matchAll(/class="title"><bdi>(.*?)<\/bdi>/g)].map(([, title]) => title)).toEqual([
      '&lt;b>Mug&lt;/b>',
      ...later.slice(0, 199).map(({ title }) => title),
    ]);
    expect(html).toContain('<img src="https://images.example/acme/b/thumb.webp" alt width="400" height="300"');
    expect(html).toContain('1 of 3 images');
    expect(html).toContain('And 1 more product that');
    expect(html).toContain(`<a href="${url('c')}"`);
  });

  it.each([
    { change: 'created', change2: 'unchanged', title: 'Mug' },
    { change: 'created', change2: 'updated', title: 'Cup' },
  ])('says that a product was $change, and $change2 by a second file', async ({ change, change2, title }) => {
    const { database } = await createTestDatabase();
    const changeIn = async (started: StartedImport) => {
      const { summary, reports } = await finish(database, started);
      return /class="change ([a-z]+)"/.exec(reports.get(summary.reports.report) ?? '')?.[1];
    };
    const first = await startImport(database);
    await writeChunk(database, first, [aProduct()]);
    expect(await changeIn(first)).toBe(change);
    const second = await startImport(database, { uploadedAt: '2026-03-02T12:00:00.000Z' });
    await writeChunk(database, second, [aProduct({ title })]);
    expect(await changeIn(second)).toBe(change2);
  });

  it('lets go of the images that nobody reported about', async () => {
    const { database } = await createTestDatabase();
    const started = await startImport(database);
    await writeChunk(database, started, [aProduct({ images: [url('a'), url('b'), url('c')] })]);
    const queued = { status: 'queued', claimedAt: now } as const;
    await setImage(database, 'a', { ...queued, nextAttemptAt: null });
    // In the queue: a sweep has claimed it.
    await setImage(database, 'b', { ...queued, nextAttemptAt: later, importId: null });
    await finish(database, started);
    const rows = await database.select().from(images).orderBy(images.sourceUrl);
    const due = rows.map(({ status, nextAttemptAt }) => ({ status, due: (nextAttemptAt ?? later) !== later }));
    expect(rows[1]).toMatchObject({ status: 'queued', nextAttemptAt: later });
    expect([due[0], due[2]]).toEqual(Array(2).fill({ status: 'pending', due: true }));
    const [row] = await database.select().from(imports);
    expect(row?.imagesReleasedAt).toBeInstanceOf(Date);
  });

  it.each([
    { problems: { errors: 0, warnings: 3 }, image: converted, status: 'completed' },
    { problems: { errors: 1, warnings: 0 }, image: converted, status: 'completed_with_problems' },
    {
      problems: { errors: 0, warnings: 0 },
      image: { ...failed, errorCode: 'GONE', nextAttemptAt: null },
      status: 'completed_with_problems',
    },
  ])(
    'is $status with $problems.errors errors, $problems.warnings warnings and an image that is $image.status',
    async ({ problems, image, status }) => {
      const { database } = await createTestDatabase();
      const started = await startImport(database);
      await writeChunk(database, started, [aProduct({ images: [url('a')] })]);
      await setImage(database, 'a', image);
      const { summary } = await finish(database, started, { problems: { ...problems, top: [] } });
      expect(summary.status).toBe(status);
      expect(summary.reports.problems !== null).toBe(problems.errors + problems.warnings > 0);
    },
  );

  it.each([
    {
      state: 'without a row',
      // The schema rules it out, so the schema has to go.
      lose: async (database: Database) => {
        await database.execute(sql`alter table product_images drop constraint product_images_image_id_images_id_fk`);
        await database.delete(images).where(eq(images.sourceUrl, url('a')));
      },
    },
    {
      state: 'of an import that has ended and released its images',
      lose: async (database: Database) => {
        const { importId } = (await startImport(database, { key: 'other/a.csv' })).import;
        await database.update(imports).set({ imagesReleasedAt: new Date() }).where(eq(imports.id, importId));
        await database
          .update(images)
          .set({ importId })
          .where(eq(images.sourceUrl, url('a')));
      },
    },
  ])('reports a breach where an image is $state', async ({ lose }) => {
    const { database } = await createTestDatabase();
    const started = await startImport(database);
    await writeChunk(database, started, [aProduct({ images: [url('a'), url('b')] })]);
    await lose(database);
    expect((await finish(database, started)).breaches).toEqual([1]);
  });

  it('counts the same when it is run again', async () => {
    const { database } = await createTestDatabase();
    const started = await startImport(database);
    await writeChunk(database, started, [aProduct({ images: [url('a')] })]);
    const first = await finish(database, started);
    expect((await finish(database, started)).summary).toEqual(first.summary);
  });

  it('finishes an import whose every row was rejected', async () => {
    const { database } = await createTestDatabase();
    const started = await startImport(database);
    const parsed = { rows: rowCounts(2, 2), problems: { errors: 2, warnings: 0, top: [] } };
    const { summary } = await finish(database, started, parsed);
    expect(summary.images).toEqual({ distinct: 0, converted: 0, failed: 0, waiting: 0, errors: {} });
    expect(summary.reports.rejected).toBe(`acme/${started.execution.name}/rejected.xlsx`);
  });
});
