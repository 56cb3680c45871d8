import { type SQL, sql } from 'drizzle-orm';
import { images, imports } from '../../../schema/index.ts';
import type { Database } from '../database/database.ts';
import { importHolder } from '../hosts/decide-lanes.ts';
import { returnLanes } from '../hosts/host-lanes.ts';
import { isAlive, isSilent, settles } from '../imports/heartbeat.ts';
import { returnWriters } from '../imports/writers.ts';

/** True for an image that a running import inserted or claimed and will see to itself: it has been heard of lately. */
export function ownedByRunningImport(): SQL {
  return sql`exists(select from ${imports} where ${imports.id} = ${images.importId} and ${isAlive})`;
}

/**
 * Makes the images that an import inserted or claimed, and of which it has not heard, due now: the next sweep collects
 * them. Its lanes and writers are others' from here on. Returns how many images.
 */
export async function releaseImages(database: Database, importId: number): Promise<number> {
  await returnLanes(database, [importHolder(importId)]);
  await returnWriters(database, importId);
  return releaseWhere(database, sql`${images.importId} = ${importId}`);
}

async function releaseWhere(database: Database, owner: SQL): Promise<number> {
  const { count } = await database.execute(sql`
    update ${images} set status = 'pending', next_attempt_at = now(), claimed_at = null, updated_at = now()
    where ${owner} and ${images.status} in ('pending', 'queued') and ${images.nextAttemptAt} is null`);
  return count;
}

/**
 * Releases the images of imports that did not see to it themselves: silent ones, and those that failed or were stopped,
 * whose last functions may have inserted images after "Fail import". Returns how many images, and which imports are silent.
 */
export async function releaseAbandonedImages(database: Database): Promise<{ released: number; silent: number[] }> {
  const abandoned = await database.execute<{ id: string; ended: boolean }>(sql`
    select ${imports.id}, ${imports.status} <> 'running' as ended from ${imports}
    where ${imports.imagesReleasedAt} is null
      and (${isSilent} or (${imports.status} <> 'running' and ${imports.finishedAt} < now() - ${settles}))`);
  let released = 0;
  for (const { id, ended } of abandoned) {
    released += await releaseImages(database, Number(id));
    // One that runs may go on inserting: every sweep looks at it until it ends.
    if (ended)
      await database.execute(sql`update ${imports} set images_released_at = now() where ${imports.id} = ${id}`);
  }
  return { released, silent: abandoned.filter(({ ended }) => !ended).map(({ id }) => Number(id)) };
}

/** The 24 hours of an execution, and one in which the event of its end may still arrive. */
const executionIsOver = sql`interval '25 hours'`;

/** Marks imports as failed whose execution must have ended and whose row was not told so. Returns how many. */
export async function closeEndedImports(database: Database): Promise<number> {
  const { count } = await database.execute(sql`
    update ${imports} set status = 'failed', error = 'ExecutionTimedOut', finished_at = now(),
      error_message = 'Nothing was heard of the end of the import; drop the file again.'
    where ${imports.imagesReleasedAt} is null and ${imports.status} = 'running'
      and ${imports.heartbeatAt} < now() - ${executionIsOver}`);
  return count;
}

/**
 * Makes images due again that nobody would ever look at: taken up by an import that has ended and released its images.
 * There are none; looked at are the imports that ended in the last two days. Returns how many.
 */
export function recoverLostImages(database: Database): Promise<number> {
  return releaseWhere(
    database,
    sql`${images.importId} in (
      select ${imports.id} from ${imports}
      where ${imports.status} <> 'running' and ${imports.imagesReleasedAt} is not null
        and ${imports.finishedAt} > now() - interval '2 days')`,
  );
}
