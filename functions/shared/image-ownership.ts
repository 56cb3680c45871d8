import { type SQL, sql } from 'drizzle-orm';
import { images, imports } from '../../schema/index.ts';
import type { Database } from './database.ts';

/** An import that has been running for longer has lost its execution: its images are anyone's. */
const overdueAfter = sql`interval '6 hours'`;

/** True for an image that a running import inserted or claimed and will see to itself. */
export function ownedByRunningImport(): SQL {
  return sql`exists(
    select from ${imports}
    where ${imports.id} = ${images.importId} and ${imports.status} = 'running'
      and ${imports.startedAt} > now() - ${overdueAfter}
  )`;
}

/**
 * Makes the images that an import inserted or claimed, and of which it has not heard, due now: the next sweep collects
 * them. Returns how many.
 */
export async function releaseImages(database: Database, importId: number): Promise<number> {
  const [released] = await database.execute<{ count: number }>(sql`
    with released as (
      update ${images} set status = 'pending', next_attempt_at = now(), claimed_at = null, updated_at = now()
      where ${images.importId} = ${importId} and ${images.status} in ('pending', 'queued')
        and ${images.nextAttemptAt} is null
      returning ${images.id}
    ),
    marked as (update ${imports} set images_released_at = now() where ${imports.id} = ${importId})
    select count(*)::int as count from released`);
  return released?.count ?? 0;
}

/** How long the children of an import's last round may still report after it ended. */
const settles = sql`interval '15 minutes'`;

/**
 * Releases the images of imports that did not do it themselves: overdue ones, and those whose finish-import or fail-import
 * died half-way. Returns how many images.
 */
export async function releaseAbandonedImages(database: Database): Promise<number> {
  const abandoned = await database.execute<{ id: string }>(sql`
    select ${imports.id} from ${imports}
    where ${imports.imagesReleasedAt} is null and (
      (${imports.status} = 'running' and ${imports.startedAt} < now() - ${overdueAfter})
      or (${imports.status} <> 'running' and ${imports.finishedAt} < now() - ${settles}))`);
  let released = 0;
  for (const { id } of abandoned) released += await releaseImages(database, Number(id));
  return released;
}

/**
 * Images that nobody would ever look at again: taken up by an import that has ended and released its images. There are
 * none; checked are the imports that ended in the last two days.
 */
export async function countLostImages(database: Database): Promise<number> {
  const [lost] = await database.execute<{ count: number }>(sql`
    select count(*)::int as count from ${images}
    where ${images.importId} in (
        select ${imports.id} from ${imports}
        where ${imports.status} <> 'running' and ${imports.imagesReleasedAt} is not null
          and ${imports.finishedAt} > now() - interval '2 days')
      and ${images.status} in ('pending', 'queued') and ${images.nextAttemptAt} is null`);
  return lost?.count ?? 0;
}
