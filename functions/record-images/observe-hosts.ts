import { type SQL, sql } from 'drizzle-orm';
import { hostObservations, imageHosts } from '../../schema/index.ts';

export type RecordedBatch = {
  /** When its lanes were granted. */
  takenAt: Date;
  /** Holder of lanes that are given back; null: none. */
  holder: string | null;
  /** Mean time from image to image. */
  imageMilliseconds: number | null;
};

/**
 * Keeps what the outcomes in `recorded` say about their hosts, for the next who takes lanes there: a row a host, where
 * anything was asked. A host that wants to be left alone is on hold from here on; its row is written for nothing else.
 */
export function observeHosts({ takenAt, imageMilliseconds }: RecordedBatch): SQL {
  return sql`
  , batch as materialized (
    select host, (count(*) filter (where outcome <> 'postponed'))::smallint as requests,
      (count(*) filter (where error_code = 'RATE_LIMITED'))::smallint as rate_limited,
      (count(*) filter (where error_code in ('SERVICE_UNAVAILABLE', 'TIMEOUT')))::smallint as unavailable,
      percentile_disc(0.5) within group (order by first_byte_milliseconds) as first_byte_milliseconds,
      max(hold_seconds) as hold_seconds
    from recorded group by host
  ),
  observed as (
    insert into ${hostObservations} (host, taken_at, requests, rate_limited, unavailable, first_byte_milliseconds, image_milliseconds)
    select host, ${takenAt.toISOString()}::timestamptz, requests, rate_limited, unavailable, first_byte_milliseconds,
      ${imageMilliseconds}::integer
    from batch where requests > 0
  ),
  locked as materialized (
    select ${imageHosts.host} as host from ${imageHosts}
    where ${imageHosts.host} in (select host from batch where hold_seconds > 0 or rate_limited + unavailable > 0)
    order by ${imageHosts.host} for update
  )
  update ${imageHosts}
  set hold_until = case when batch.hold_seconds > 0
      then greatest(${imageHosts.holdUntil}, now() + make_interval(secs => batch.hold_seconds)) else ${imageHosts.holdUntil} end,
    overloads = ${imageHosts.overloads} + batch.rate_limited + batch.unavailable
  from batch join locked on locked.host = batch.host
  where ${imageHosts.host} = batch.host`;
}
