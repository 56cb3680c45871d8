import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../functions/shared/database/database.ts';
import { images, imports } from '../../schema/index.ts';
import type { OwnImageCounts } from './progress.ts';

export type CatalogImageCounts = {
  distinct: number;
  converted: number;
  /** Given up: no sweep tries them again. */
  failed: number;
  /** Owed: pending, queued, or failed with a time for the next try. */
  waiting: number;
  errors: Record<string, number>;
};

/** Images of the whole catalog by outcome. */
export async function countImages(database: Database): Promise<CatalogImageCounts> {
  const [counts] = await database
    .select({
      distinct: sql<number>`count(*)::int`,
      converted: sql<number>`(count(*) filter (where ${images.status} = 'converted'))::int`,
      failed: sql<number>`(count(*) filter (where ${images.status} = 'failed' and ${images.nextAttemptAt} is null))::int`,
      waiting: sql<number>`(count(*) filter (where ${images.status} in ('pending', 'queued') or (${images.status} = 'failed' and ${images.nextAttemptAt} is not null)))::int`,
    })
    .from(images);
  const errors = await database
    .select({ code: images.errorCode, count: sql<number>`count(*)::int` })
    .from(images)
    .where(sql`${images.status} = 'failed'`)
    .groupBy(images.errorCode)
    .orderBy(images.errorCode);
  if (counts === undefined) throw new Error('PostgreSQL counted nothing');
  return { ...counts, errors: Object.fromEntries(errors.map(({ code, count }) => [code ?? 'unknown', count])) };
}

/** Images that imports have inserted or claimed, by outcome; `importIds` is a subquery. By id; none of one without images. */
export async function countOwnImages(database: Database, importIds: SQL): Promise<Map<number, OwnImageCounts>> {
  const counts = await database
    .select({
      importId: images.importId,
      total: sql<number>`count(*)::int`,
      converted: sql<number>`(count(*) filter (where ${images.status} = 'converted'))::int`,
      failed: sql<number>`(count(*) filter (where ${images.status} = 'failed'))::int`,
    })
    .from(images)
    .where(sql`${images.importId} in (${importIds})`)
    .groupBy(images.importId);
  return new Map(counts.flatMap(({ importId, ...rest }) => (importId === null ? [] : [[importId, rest]])));
}

/** Those of one import; null where it has none. */
export async function countImagesOfExecution(database: Database, executionArn: string): Promise<OwnImageCounts | null> {
  const ids = sql`select ${imports.id} from ${imports} where ${imports.executionArn} = ${executionArn}`;
  const [counts] = (await countOwnImages(database, ids)).values();
  return counts ?? null;
}
