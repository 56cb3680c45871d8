import { eq, sql } from 'drizzle-orm';
import type { Database } from '../../../functions/shared/database/database.ts';
import { imageErrorCodes, isImageErrorCode } from '../../../functions/shared/images/image-error-codes.ts';
import { images, suppliers } from '../../../schema/index.ts';
import type { OwedImages } from '../types.ts';

const mostGroups = 500;

const state = sql<OwedImages['state']>`case when ${images.status} <> 'failed' then 'waiting'
  when ${images.nextAttemptAt} is not null then 'retried' else 'given up' end`;

/** URL and message of one image of a group: without sorting the group, which may be all images of a file. */
const one = sql`min(array[${images.sourceUrl}, ${images.errorMessage}])`;

/** Images that are not converted, by supplier, host and code, the most numerous first. */
export async function readOwedImages(database: Database): Promise<OwedImages[]> {
  const groups = await database
    .select({
      supplier: suppliers.code,
      host: images.host,
      state,
      code: sql<string | null>`case when ${images.status} = 'failed' then ${images.errorCode} end`,
      count: sql<number>`count(*)::int`,
      nextAttemptAt: sql<string | null>`min(${images.nextAttemptAt})`,
      example: sql<string>`(${one})[1]`,
      message: sql<string | null>`(${one})[2]`,
    })
    .from(images)
    .innerJoin(suppliers, eq(images.supplierId, suppliers.id))
    .where(sql`${images.status} <> 'converted'`)
    .groupBy(sql`1, 2, 3, 4`)
    .orderBy(sql`3, 5 desc, 1, 2, 4`)
    .limit(mostGroups);
  return groups.map((group) => {
    const { meaning = null, action = null } =
      group.code !== null && isImageErrorCode(group.code) ? imageErrorCodes[group.code] : {};
    return { ...group, meaning, action };
  });
}
