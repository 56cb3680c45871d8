import { eq, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { type ImageCounts, images, importChunks, imports } from '../../../schema/index.ts';
import type { WrittenProducts } from '../../../workflows/payloads/import-states.ts';
import type { RegisteredImport } from '../../../workflows/payloads/upload.ts';
import type { Database } from '../database/database.ts';
import { imagesOfImport } from '../images/images-of-import.ts';

/** What the import's chunks wrote, each counted once. */
export async function countProducts(database: Database, importId: number): Promise<WrittenProducts> {
  const total = (column: PgColumn) => sql<number>`coalesce(sum(${column}), 0)::int`;
  const [counts] = await database
    .select({
      created: total(importChunks.created),
      updated: total(importChunks.updated),
      unchanged: total(importChunks.unchanged),
    })
    .from(importChunks)
    .where(eq(importChunks.importId, importId));
  return counts ?? { created: 0, updated: 0, unchanged: 0 };
}

export type ImagesOfFile = ImageCounts & {
  /** Images not converted, by error code. */
  errors: Record<string, number>;
};
/** Source URL of one image for each error code. */
export type ImageExamples = Record<string, string>;

export const noImages: ImagesOfFile = { distinct: 0, converted: 0, failed: 0, waiting: 0, errors: {} };

/**
 * The distinct images of the import's file by outcome: `failed` are given up, `waiting` have a time, or an import that has
 * yet to bring them in or release them. One that is none of these has been lost track of.
 */
export async function countImages(
  database: Database,
  registered: Pick<RegisteredImport, 'importId' | 'supplierId'>,
): Promise<{ counts: ImagesOfFile; examples: ImageExamples }> {
  const [row] = await database.execute<ImagesOfFile & { examples: ImageExamples }>(sql`
    with of_file as materialized (${imagesOfImport(registered)}),
    state as (
      select ${images.id} as id, ${images.status} as status, ${images.errorCode} as error_code, ${images.nextAttemptAt} as next_attempt_at,
        ${images.nextAttemptAt} is not null or exists(
          select from ${imports} where ${imports.id} = ${images.importId} and ${imports.imagesReleasedAt} is null) as is_expected
      from ${images} where ${images.id} in (select image_id from of_file)
    ),
    by_code as (
      select error_code, count(*) as count, min(id) as example from state where status = 'failed' group by error_code
    )
    select (select count(*) from of_file)::int as distinct,
      (count(*) filter (where status = 'converted'))::int as converted,
      (count(*) filter (where status = 'failed' and next_attempt_at is null))::int as failed,
      (count(*) filter (where status <> 'converted' and is_expected
        and (status <> 'failed' or next_attempt_at is not null)))::int as waiting,
      coalesce((select jsonb_object_agg(error_code, count) from by_code), '{}') as errors,
      coalesce((
        select jsonb_object_agg(by_code.error_code, ${images.sourceUrl})
        from by_code join ${images} on ${images.id} = by_code.example
      ), '{}') as examples
    from state`);
  const { examples, ...counts } = row ?? { ...noImages, examples: {} };
  return { counts, examples };
}
