import { sql } from 'drizzle-orm';
import { images } from '../../schema/index.ts';
import type { RegisteredImport } from '../../workflows/payloads/upload.ts';
import type { Database } from '../shared/database/database.ts';
import { holdCodes } from '../shared/hosts/politeness.ts';
import { imageErrorCodes } from '../shared/images/image-error-codes.ts';
import { ownedByRunningImport } from '../shared/images/image-ownership.ts';
import { imagesOfImport } from '../shared/images/images-of-import.ts';
import { retryScheduleHours } from '../shared/images/retry-schedule.ts';

const listOf = (codes: readonly string[]) =>
  sql.join(
    codes.map((code) => sql`${code}`),
    sql`, `,
  );

/** Codes that no later attempt cures. */
const finalCodes = Object.entries(imageErrorCodes).flatMap(([code, { retry }]) => (retry ? [] : [code]));

/**
 * Claims, in one statement, the images of the file that are owed and not the import's already: those it inserted are, and
 * are not written. Claimed are images that wait for a sweep; failed ones that are due or whose schedule is exhausted; those
 * of an execution that is gone. Images in the queue (claimed by a sweep, hence without an import) are left to it, and those
 * of another running import to that one. The schedules of failed ones begin anew, claimed or not.
 */
export async function claimImages(
  database: Database,
  registered: Pick<RegisteredImport, 'importId' | 'supplierId'>,
): Promise<void> {
  const exhausted = sql`${images.status} = 'failed' and ${images.nextAttemptAt} is null
    and ${images.errorCode} not in (${listOf(finalCodes)})`;
  const isAnothers = sql`${images.importId} is distinct from ${registered.importId}`;
  await database.execute(sql`
    update ${images}
    set status = 'queued', claimed_at = now(), next_attempt_at = null, import_id = ${registered.importId},
      attempts = case when ${exhausted} or (${images.status} = 'failed' and ${isAnothers}) then 0 else ${images.attempts} end,
      updated_at = now()
    where ${images.id} in (${imagesOfImport(registered)}) and (
      (${images.status} = 'pending' and ${images.nextAttemptAt} is not null)
      or (${images.status} = 'failed' and ${images.nextAttemptAt} <= now())
      or (${exhausted})
      or (${images.status} in ('pending', 'queued') and ${images.nextAttemptAt} is null
        and ${images.importId} <> ${registered.importId} and not ${ownedByRunningImport()})
    )`);
  await beginSchedulesAnew(database, registered);
}

/**
 * Whoever sends a file again may have mended its images: one that waits long for its next attempt waits no longer than
 * after a first failure, but for those whose time the host has set. Nothing is asked for at once, or a file sent twice
 * would be fetched twice.
 */
async function beginSchedulesAnew(
  database: Database,
  registered: Pick<RegisteredImport, 'importId' | 'supplierId'>,
): Promise<void> {
  const firstWait = sql`now() + make_interval(hours => ${retryScheduleHours[0]})`;
  await database.execute(sql`
    update ${images} set attempts = 0, updated_at = now(),
      next_attempt_at = case when ${images.errorCode} in (${listOf(holdCodes)}) then ${images.nextAttemptAt} else ${firstWait} end
    where ${images.id} in (${imagesOfImport(registered)}) and ${images.status} = 'failed'
      and ${images.nextAttemptAt} > ${firstWait} and ${images.importId} is distinct from ${registered.importId}`);
}
