import { type SQL, sql } from 'drizzle-orm';
import { hostLanes, imageStores, images, replacedObjects } from '../../schema/index.ts';
import type { ImageRecord } from './image-record.ts';
import { observeHosts, type RecordedBatch } from './observe-hosts.ts';

/** Days for which an image's former objects stay: pages that show their URLs may be cached, catalogs exported. */
const graceDays = 30;

/**
 * One statement that writes the outcomes, notes which objects they replace, gives a message's lanes back, and keeps what
 * was seen of the hosts. Its parts see the rows as they were before it.
 */
export function recordStatement(records: readonly ImageRecord[], batch: RecordedBatch): SQL {
  return sql`
    with r as materialized (
      select * from json_to_recordset(${JSON.stringify(records)}::json) as r(
        id bigint, attempts integer, outcome text, error_code text, error_message text, next_attempt_at timestamptz,
        etag text, last_modified text, source_hash uuid, base_url text, object_key text, renditions json,
        first_byte_milliseconds integer, hold_seconds integer)
    ),
    new_store as (
      insert into ${imageStores} (base_url)
      select distinct base_url from r
      where base_url is not null and not exists (select from ${imageStores} known where known.base_url = r.base_url)
      on conflict (base_url) do update set base_url = excluded.base_url
      returning id, base_url
    ),
    store as (select id, base_url from ${imageStores} union select id, base_url from new_store),
    replaced as (
      insert into ${replacedObjects} (object_key, keys, remove_after)
      select distinct on (${images.objectKey}) ${images.objectKey},
        array(select ${images.objectKey} || '/' || name || '.webp' from json_object_keys(${images.renditions}) name),
        date_trunc('day', now()) + make_interval(days => ${graceDays + 1}::int)
      from ${images} join r on r.id = ${images.id}
      where r.outcome = 'converted' and ${images.objectKey} <> r.object_key and ${countsFor}
      on conflict (object_key) do update set keys = excluded.keys, remove_after = excluded.remove_after
    ),
    recorded as (
      ${updateImages}
      returning ${images.host} as host, r.outcome as outcome, r.error_code as error_code,
        r.first_byte_milliseconds as first_byte_milliseconds, r.hold_seconds as hold_seconds
    ),
    given_back as (
      delete from ${hostLanes} where ${hostLanes.holder} = ${batch.holder}::text
    )
    ${observeHosts(batch)}`;
}

/** Whether an outcome counts for the row as it is: the rules of {@link recordImages}. */
const countsFor = sql`case r.outcome
  when 'failed' then ${images.attempts} < r.attempts
  when 'converted' then ${images.attempts} < r.attempts or ${images.status} <> 'converted'
  when 'refused' then ${images.attempts} < r.attempts and ${images.status} in ('pending', 'queued')
    and ${images.importId} is not null and ${images.nextAttemptAt} is null
  when 'postponed' then ${images.attempts} < r.attempts and ${images.status} = 'queued' and ${images.importId} is null
  else ${images.objectKey} is not null and (${images.attempts} < r.attempts or ${images.status} <> 'converted')
end`;

const converted = (column: string, value: SQL = sql`r.${sql.identifier(column)}`) =>
  sql`${sql.identifier(column)} = case when r.outcome = 'converted' then ${value} else ${images}.${sql.identifier(column)} end`;

const fromConversion = sql.join(
  [
    ...['etag', 'last_modified', 'source_hash', 'object_key', 'renditions'].map((column) => converted(column)),
    converted('store_id', sql`(select store.id from store where store.base_url = r.base_url)`),
    converted('converted_at', sql`now()`),
  ],
  sql`, `,
);

// Whether it is a HOT update is decided by the columns that change: an index on any of them would make each image cost
// three times as much WAL. next_attempt_at is null before and after a conversion.
const updateImages = sql`
  update ${images}
  set status = case when r.outcome = 'failed' then 'failed' when r.outcome in ('postponed', 'refused') then 'pending' else 'converted' end::image_status,
    attempts = case when r.outcome in ('postponed', 'refused') then ${images.attempts} else greatest(${images.attempts}, r.attempts) end,
    next_attempt_at = r.next_attempt_at, claimed_at = null,
    error_code = r.error_code, error_message = r.error_message,
    ${fromConversion}, updated_at = now()
  from r
  where ${images.id} = r.id and ${countsFor}`;
