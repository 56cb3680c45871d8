import { type SQL, sql } from 'drizzle-orm';
import { imports } from '../../../schema/index.ts';
import type { Database } from '../database/database.ts';

/**
 * An import that has been silent for so long has lost its execution: its images are anyone's. Longer than the 15 minutes of
 * parse-spreadsheet, and than a Take.
 */
const silent = sql`interval '30 minutes'`;

/** How long functions of an import may still write after it ended: those in flight when it was stopped. */
export const settles = sql`interval '15 minutes'`;

/** True for a running import that was heard of lately. */
export const isAlive: SQL = sql`(${imports.status} = 'running' and ${imports.heartbeatAt} > now() - ${silent})`;
/** True for one that says that it runs and has not been heard of. */
export const isSilent: SQL = sql`(${imports.status} = 'running' and ${imports.heartbeatAt} <= now() - ${silent})`;

/**
 * Says that the import is alive, once a minute at most. Makes a failed one running again: its execution was stopped some
 * time ago and is redriven now. One that was stopped just now is not believed: it is a function still in flight.
 */
export async function keepAlive(database: Database, importId: number): Promise<{ isReopened: boolean }> {
  const isReopened = sql`(${imports.status} = 'failed' and ${imports.finishedAt} < now() - ${settles})`;
  const [before] = await database.execute<{ reopened: boolean }>(sql`
    with before as (select ${imports.id} as id, ${isReopened} as reopened from ${imports} where ${imports.id} = ${importId} for no key update)
    update ${imports} set heartbeat_at = now(),
      status = case when reopened then 'running' else ${imports.status} end,
      error = case when not reopened then ${imports.error} end,
      error_message = case when not reopened then ${imports.errorMessage} end,
      started_at = case when reopened then now() else ${imports.startedAt} end,
      finished_at = case when not reopened then ${imports.finishedAt} end,
      images_released_at = case when not reopened then ${imports.imagesReleasedAt} end
    from before where ${imports.id} = before.id
      and (reopened or (${imports.status} = 'running' and ${imports.heartbeatAt} < now() - interval '1 minute'))
    returning reopened`);
  return { isReopened: before?.reopened ?? false };
}
