import { type SQL, sql } from 'drizzle-orm';
import { images, suppliers } from '../../schema/index.ts';
import type { Database } from '../shared/database.ts';
import type { Demand } from '../shared/host-lanes.ts';
import type { HostItem } from '../shared/image-batches.ts';
import { hostItem, type ImageItemRow, imageItemColumns, supplierLimit } from '../shared/image-item.ts';
import { ownedByRunningImport } from '../shared/image-ownership.ts';

/** A claimed image and what its row was before. */
export type ClaimedImage = HostItem & { before: ImageState };
type ImageState = {
  id: number;
  status: string;
  next_attempt_at: string | null;
  claimed_at: string | null;
  import_id: number | null;
};

/**
 * How long a claim is believed: it is a message in the queue, and at a visibility timeout of 31 minutes and 4 receives
 * that is in the dead-letter queue after 2 hours and 4 minutes.
 */
export const claimExpires = sql`interval '3 hours'`;

/** Pending and failed images whose time has come and that no running import has. */
function isDue(withinSeconds: number): SQL {
  return sql`${images.nextAttemptAt} <= now() + make_interval(secs => ${withinSeconds})
    and ${images.status} in ('pending', 'failed') and not ${ownedByRunningImport()}`;
}

/** Hosts of the `limit` longest due images, the longest due first, with how many each has. */
export async function hostsWithDueImages(database: Database, withinSeconds: number, limit: number): Promise<Demand[]> {
  return database.execute<Demand>(sql`
    with due as (
      select ${images.host} as host, ${images.nextAttemptAt} as since, ${images.supplierId} as supplier_id
      from ${images} where ${isDue(withinSeconds)} order by ${images.nextAttemptAt} limit ${limit}
    )
    select due.host, count(*)::int as images, min(${supplierLimit})::int as "limit"
    from due join ${suppliers} on ${suppliers.id} = due.supplier_id
    group by due.host order by min(due.since)`);
}

/**
 * Claims at most `limit` due images of a host for the queue, the longest due first, and returns their work. Rows that
 * another sweep is claiming are skipped. The import is taken off the row: whose claim it is shows from there on.
 */
export async function claimDueImages(
  database: Database,
  host: string,
  withinSeconds: number,
  limit: number,
): Promise<ClaimedImage[]> {
  const rows = await database.execute<ImageItemRow & { before: ImageState }>(sql`
    with due as (
      select ${images.id}, ${images.status}, ${images.nextAttemptAt}, ${images.claimedAt}, ${images.importId}
      from ${images}
      where ${images.host} = ${host} and ${isDue(withinSeconds)}
      order by ${images.nextAttemptAt} limit ${limit}
      for no key update skip locked
    )
    update ${images}
    set status = 'queued', claimed_at = now(), next_attempt_at = now() + ${claimExpires}, import_id = null, updated_at = now()
    from due, ${suppliers}
    where ${images.id} = due.id and ${suppliers.id} = ${images.supplierId}
    returning ${imageItemColumns}, to_jsonb(due) as before`);
  const claimed = rows.map(({ before, ...row }) => ({ ...hostItem(row), before }));
  return claimed.sort((a, b) => ((a.before.next_attempt_at ?? '') < (b.before.next_attempt_at ?? '') ? -1 : 1));
}

/** Gives images back as they were: SQS did not take their messages. */
export async function unclaimImages(database: Database, claimed: readonly ClaimedImage[]): Promise<void> {
  if (claimed.length === 0) return;
  const states = JSON.stringify(claimed.map(({ before }) => before));
  await database.execute(sql`
    update ${images}
    set status = before.status, next_attempt_at = before.next_attempt_at, claimed_at = before.claimed_at,
      import_id = before.import_id, updated_at = now()
    from jsonb_to_recordset(${states}::jsonb) as before(
      id bigint, status image_status, next_attempt_at timestamptz, claimed_at timestamptz, import_id bigint)
    where ${images.id} = before.id and ${images.status} = 'queued' and ${images.importId} is null`);
}
