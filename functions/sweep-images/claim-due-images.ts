import { type SQL, sql } from 'drizzle-orm';
import { imageHosts, images, suppliers } from '../../schema/index.ts';
import type { Database } from '../shared/database/database.ts';
import type { Demand } from '../shared/hosts/host-state.ts';
import { shortHoldSeconds } from '../shared/hosts/politeness.ts';
import type { HostItem } from '../shared/images/image-batches.ts';
import { hostItem, type ImageItemRow, imageItemColumns, supplierLimit } from '../shared/images/image-item.ts';
import { ownedByRunningImport } from '../shared/images/image-ownership.ts';

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

/** How far a sweep looks ahead: to images due within so many seconds, but for those tried since, Unix time in milliseconds. */
export type LookAhead = { seconds: number; since: number };

/** Pending and failed images whose time has come and that no running import has. */
function isDue({ seconds, since }: LookAhead): SQL {
  return sql`(${images.nextAttemptAt} <= now()
      or (${images.nextAttemptAt} <= now() + make_interval(secs => ${seconds})
        and ${images.updatedAt} < to_timestamp(${since / 1000}::float8)))
    and ${images.status} in ('pending', 'failed') and not ${ownedByRunningImport()}`;
}

/** Hosts of one run at most, for the time of this function. */
const mostHosts = 2000;
/** A host's images that one run looks at: more than its lanes have room for. */
const mostOfHost = 4000;

/** A host's due images: how many, and the ids of the longest due; and for how long the host wants to be left alone. */
export type DueHost = Demand & { ids: number[]; holdSeconds: number };

/**
 * Hosts with due images: first those that may be asked now, that of the longest due image first. A host's backlog, however
 * long, takes no other host's turn.
 */
export async function hostsWithDueImages(
  database: Database,
  lookAhead: LookAhead,
  mostPerHost: number,
): Promise<DueHost[]> {
  const holdSeconds = sql`coalesce(ceil(extract(epoch from max(${imageHosts.holdUntil}) - now())), 0)::int`;
  return database.execute<DueHost>(sql`
    select ${images.host}, count(*)::int as images, min(${supplierLimit(mostPerHost)})::int as "limit",
      ${holdSeconds} as "holdSeconds",
      to_json((array_agg(${images.id} order by ${images.nextAttemptAt}))[1:${sql.raw(String(mostOfHost))}]) as ids
    from ${images} join ${suppliers} on ${suppliers.id} = ${images.supplierId}
    left join ${imageHosts} on ${imageHosts.host} = ${images.host}
    where ${isDue(lookAhead)}
    group by ${images.host} order by ${holdSeconds} > ${shortHoldSeconds}, min(${images.nextAttemptAt}) limit ${mostHosts}`);
}

/**
 * Claims at most `limit` of a host's due images for the queue, the longest due first, and returns their work. Rows that
 * another sweep is claiming are skipped. The import is taken off the row: whose claim it is shows from there on.
 */
export async function claimDueImages(
  database: Database,
  ids: readonly number[],
  lookAhead: LookAhead,
  limit: number,
): Promise<ClaimedImage[]> {
  const rows = await database.execute<ImageItemRow & { before: ImageState }>(sql`
    with due as (
      select ${images.id}, ${images.status}, ${images.nextAttemptAt}, ${images.claimedAt}, ${images.importId}
      from ${images}
      where ${images.id} in (select listed::bigint from json_array_elements_text(${JSON.stringify(ids)}::json) listed)
        and ${isDue(lookAhead)}
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
