import { sql } from 'drizzle-orm';
import { images } from '../../schema/index.ts';
import type { Database } from '../shared/database/database.ts';
import type { ImageErrorCode } from '../shared/images/image-error-codes.ts';
import { retryScheduleHours } from '../shared/images/retry-schedule.ts';

const code: ImageErrorCode = 'QUEUE_POISONED';
const message =
  'Nothing was heard of the image within 3 hours of its being queued: its message is in the dead-letter queue, or was never sent, or the queue stands still.';

/**
 * Records the images whose claim has run out as failed, so that they show up under a code of their own and are tried
 * again by the schedule. Returns how many.
 */
export async function failPoisonedImages(database: Database): Promise<number> {
  const hours = sql`(array[${sql.join(
    retryScheduleHours.map((value) => sql`${value}::int`),
    sql`, `,
  )}])[${images.attempts} + 1]`;
  const { count } = await database.execute(sql`
    update ${images}
    set status = 'failed', error_code = ${code}, error_message = ${message}, attempts = ${images.attempts} + 1,
      next_attempt_at = now() + make_interval(hours => ${hours}), claimed_at = null, updated_at = now()
    where ${images.id} in (
      select ${images.id} from ${images}
      where ${images.status} = 'queued' and ${images.nextAttemptAt} <= now()
      for no key update skip locked)`);
  return count;
}
