import { sql } from 'drizzle-orm';
import { imageHosts } from '../../schema/index.ts';
import { settleSeconds } from '../shared/hosts/politeness.ts';

/** A host that bears one request at a time, and not even that, is left alone for so long. */
const exhaustedSeconds = 60;

const settled = sql`(${imageHosts.slowedAt} is null or ${imageHosts.slowedAt} < now() - make_interval(secs => ${settleSeconds}::int))`;
const slower = sql`greatest(1, ${imageHosts.concurrency} / 2)`;
const faster = sql`least(${imageHosts.maximum}, ${imageHosts.concurrency} + 1)`;

/**
 * Lets hosts' pace follow the outcomes in `recorded`: half as many requests at once after a batch with overloads (429, 503,
 * timeouts), one more after one without; on hold for as long as the host said. What was in flight when it was slowed down
 * does neither. A host at its maximum with which all goes well is not written.
 */
export const adaptHosts = sql`
  , batch as materialized (
    select host, count(*) filter (where overloaded) as overloads, max(hold_seconds) as hold_seconds,
      bool_or(outcome in ('converted', 'not_modified')) as goes_well
    from recorded group by host
  ),
  locked as materialized (
    select ${imageHosts.host} as host from ${imageHosts}
    where ${imageHosts.host} in (select host from batch) order by ${imageHosts.host} for update
  )
  update ${imageHosts}
  set concurrency = case
      when not ${settled} then ${imageHosts.concurrency}
      when batch.overloads > 0 then ${slower}
      when batch.goes_well then ${faster}
      else ${imageHosts.concurrency} end,
    slowed_at = case when batch.overloads > 0 and ${settled} then now() else ${imageHosts.slowedAt} end,
    hold_until = case
      when batch.hold_seconds > 0 or (batch.overloads > 0 and ${imageHosts.concurrency} = 1)
        then greatest(${imageHosts.holdUntil}, now() + make_interval(secs => greatest(batch.hold_seconds,
          case when batch.overloads > 0 and ${imageHosts.concurrency} = 1 then ${exhaustedSeconds}::int end)))
      else ${imageHosts.holdUntil} end,
    overloads = ${imageHosts.overloads} + batch.overloads
  from batch join locked on locked.host = batch.host
  where ${imageHosts.host} = batch.host and (
    batch.overloads > 0 or batch.hold_seconds > 0
    or (batch.goes_well and ${settled} and ${imageHosts.concurrency} < ${imageHosts.maximum}))`;
