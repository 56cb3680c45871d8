import { type SQL, sql } from 'drizzle-orm';
import { images, suppliers } from '../../schema/index.ts';
import type { ImageItem } from '../../workflows/payloads.ts';
import type { Database } from '../shared/database.ts';
import { type ImageItemRow, imageItem, imageItemColumns } from '../shared/image-item.ts';
import { ownedByRunningImport } from '../shared/image-ownership.ts';

/** A claimed image and what its row was before. */
export type ClaimedImage = { item: ImageItem; before: ImageState };
type ImageState = {
  id: number;
  status: string;
  next_attempt_at: string | null;
  claimed_at: string | null;
  import_id: number | null;
};

/**
 * How long a claim is believed. One made by a sweep is a message in the queue: at a visibility timeout of 30 minutes and
 * 3 receives it is in the dead-letter queue after 1.5 hours, and a backlog comes before that; claiming it sooner would
 * only put a second message behind the first. One made by an import that ended is of a child that lived 5 minutes at
 * most: finish-import and fail-import have released the others already.
 */
const queueClaimExpires = sql`interval '3 hours'`;
const importClaimExpires = sql`interval '15 minutes'`;

/** Pending and failed images whose time has come, the longest due first, as images_due_idx has them. */
export function dueImages(withinSeconds: number): { where: SQL; orderBy: SQL } {
  return {
    where: sql`${images.status} in ('pending', 'failed')
      and ${images.nextAttemptAt} <= now() + make_interval(secs => ${withinSeconds})`,
    orderBy: sql`${images.nextAttemptAt}`,
  };
}

/** Queued images that nobody has reported about for too long, the longest claimed first, as images_queued_idx has them. */
export function stuckImages(): { where: SQL; orderBy: SQL } {
  return {
    where: sql`${images.status} = 'queued' and ${images.claimedAt} < now()
      - case when ${images.importId} is null then ${queueClaimExpires} else ${importClaimExpires} end`,
    orderBy: sql`${images.claimedAt}`,
  };
}

/**
 * Claims at most `limit` images for the queue and returns their work. Rows that another sweep is claiming are skipped, and
 * so are those of running imports. The import is taken off the row: whose claim it is shows from there on.
 */
export async function claimDueImages(
  database: Database,
  { where, orderBy }: { where: SQL; orderBy: SQL },
  limit: number,
): Promise<ClaimedImage[]> {
  const rows = await database.execute<ImageItemRow & { before: ImageState }>(sql`
    with due as (
      select ${images.id}, ${images.status}, ${images.nextAttemptAt}, ${images.claimedAt}, ${images.importId}
      from ${images}
      where ${where} and not ${ownedByRunningImport()}
      order by ${orderBy} limit ${limit}
      for no key update skip locked
    )
    update ${images}
    set status = 'queued', claimed_at = now(), next_attempt_at = null, import_id = null, updated_at = now()
    from due, ${suppliers}
    where ${images.id} = due.id and ${suppliers.id} = ${images.supplierId}
    returning ${imageItemColumns}, to_jsonb(due) as before`);
  return rows.map(({ before, ...row }) => ({ item: imageItem(row), before }));
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
