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
 * Makes the images that an import has claimed, and of which it has not heard, due now: the next sweep collects them.
 * Returns how many.
 */
export async function releaseImages(database: Database, importId: number): Promise<number> {
  const released = await database.execute(sql`
    update ${images} set status = 'pending', next_attempt_at = now(), claimed_at = null, updated_at = now()
    where ${images.status} = 'queued' and ${images.importId} = ${importId}`);
  return released.count;
}
