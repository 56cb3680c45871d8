import { type SQL, sql } from 'drizzle-orm';
import { images, imports } from '../../../schema/index.ts';
import type { Database } from '../database/database.ts';

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
export function releaseImages(database: Database, importId: number): Promise<number> {
  return releaseWhere(database, sql`${images.importId} = ${importId}`);
}

async function releaseWhere(database: Database, owner: SQL): Promise<number> {
  const { count } = await database.execute(sql`
    update ${images} set status = 'pending', next_attempt_at = now(), claimed_at = null, updated_at = now()
    where ${owner} and ${images.status} in ('pending', 'queued') and ${images.nextAttemptAt} is null`);
  return count;
}

/** How long functions of an import may still write after it ended: those in flight when it was stopped. */
const settles = sql`interval '15 minutes'`;

/**
 * Releases the images of imports that did not see to it themselves: overdue ones, and those that failed or were stopped,
 * whose last functions may have inserted images after "Fail import". Returns how many images.
 */
export async function releaseAbandonedImages(database: Database): Promise<number> {
  const abandoned = await database.execute<{ id: string; ended: boolean }>(sql`
    select ${imports.id}, ${imports.status} <> 'running' as ended from ${imports}
    where ${imports.imagesReleasedAt} is null and (
      (${imports.status} = 'running' and ${imports.startedAt} < now() - ${overdueAfter})
      or (${imports.status} <> 'running' and ${imports.finishedAt} < now() - ${settles}))`);
  let released = 0;
  for (const { id, ended } of abandoned) {
    released += await releaseImages(database, Number(id));
    // One that runs may go on inserting: every sweep looks at it until it ends.
    if (ended)
      await database.execute(sql`update ${imports} set images_released_at = now() where ${imports.id} = ${id}`);
  }
  return released;
}

/**
 * Makes a failed import running again: its execution was stopped some time ago and is redriven now. One that was stopped
 * just now is not believed: it is a function still in flight.
 */
export async function reopenImport(database: Database, importId: number): Promise<void> {
  await database.execute(sql`
    update ${imports} set status = 'running', error = null, error_message = null, started_at = now(), finished_at = null,
      images_released_at = null
    where ${imports.id} = ${importId} and ${imports.status} = 'failed' and ${imports.finishedAt} < now() - ${settles}`);
}

/** The 24 hours of an execution, and one in which the event of its end may still arrive. */
const executionIsOver = sql`interval '25 hours'`;

/** Marks imports as failed whose execution must have ended and whose row was not told so. Returns how many. */
export async function closeEndedImports(database: Database): Promise<number> {
  const { count } = await database.execute(sql`
    update ${imports} set status = 'failed', error = 'ExecutionTimedOut', finished_at = now(),
      error_message = 'Nothing was heard of the end of the import; drop the file again.'
    where ${imports.imagesReleasedAt} is null and ${imports.status} = 'running'
      and ${imports.startedAt} < now() - ${executionIsOver}`);
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
