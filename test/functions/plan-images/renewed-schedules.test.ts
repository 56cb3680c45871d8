import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { imageErrorCodes } from '../../../functions/shared/images/image-error-codes.ts';
import { images, imports } from '../../../schema/index.ts';
import { writeChunk } from '../../support/chunks.ts';
import { aProduct, startImport } from '../../support/imports.ts';
import { ago, failed, hour, importWith, plan, url } from './plans.ts';

describe('the schedule of images that a file lists again', () => {
  it.each(Object.entries(imageErrorCodes))(
    'begins the schedule of an image anew that failed with %s, where another try may cure it',
    async (errorCode, { retry }) => {
      const { database } = await importWith();
      await database.update(imports).set({ status: 'completed', imagesReleasedAt: ago(1), finishedAt: ago(1) });
      // The first waits for its last attempt, the second was given up, the third is due for its last one.
      const [waiting, exhausted, due] = [url('a'), url('b'), url('c')];
      const set = (sourceUrl: string, values: Partial<typeof images.$inferInsert>) =>
        database
          .update(images)
          .set({ ...failed, errorCode, ...values })
          .where(eq(images.sourceUrl, sourceUrl));
      await set(waiting, { attempts: 5, nextAttemptAt: retry ? ago(-40) : null });
      await set(exhausted, { attempts: 6, nextAttemptAt: null });
      const again = await startImport(database, { uploadedAt: '2026-03-02T12:00:00.000Z' });
      await writeChunk(database, again, [aProduct({ images: [waiting, exhausted, due] })]);
      await set(due, { attempts: 5, nextAttemptAt: ago(1), importId: null });
      const { items } = await plan(database, again);
      const tried = items.map(({ sourceUrl, attempt }) => [sourceUrl, attempt]).sort();
      expect(tried).toEqual([...(retry ? [[exhausted, 1]] : []), [due, 1]]);
      const [row] = await database.select().from(images).where(eq(images.sourceUrl, waiting));
      expect(row?.attempts).toBe(retry ? 0 : 5);
      // A host that said when to come back is believed.
      const hours = ['RATE_LIMITED', 'SERVICE_UNAVAILABLE'].includes(errorCode) ? 40 : 2;
      const wait = row?.nextAttemptAt ? (row.nextAttemptAt.getTime() - Date.now()) / hour : null;
      if (retry) expect(wait).toBeCloseTo(hours, 1);
      else expect(wait).toBeNull();

      // A changed URL is another image.
      const changed = await startImport(database, { uploadedAt: '2026-03-03T12:00:00.000Z' });
      await writeChunk(database, changed, [aProduct({ images: [`${waiting}?v=2`] })]);
      expect((await plan(database, changed)).items).toMatchObject([{ sourceUrl: `${waiting}?v=2`, attempt: 1 }]);
    },
  );

  it('leaves the schedule of what it has tried itself', async () => {
    const { database, started } = await importWith({ ...failed, nextAttemptAt: ago(-8) });
    await plan(database, started);
    const [row] = await database
      .select()
      .from(images)
      .where(eq(images.sourceUrl, url('a')));
    expect(row).toMatchObject({ attempts: 3 });
  });
});
