import { sql } from 'drizzle-orm';
import { hostObservations, imageHosts } from '../../../schema/index.ts';
import { recordset } from '../database/bulk-insert.ts';
import type { Transaction } from '../database/database.ts';
import { type Demand, type HostRow, type HostState, keptHost, stateOf } from './host-state.ts';
import { firstLanes } from './pace.ts';

/** The hosts of the demands; unknown ones are made. What others' lanes saw at an older pace is passed over. */
export async function readHosts(
  transaction: Transaction,
  demands: readonly Demand[],
  mostPerHost: number,
): Promise<HostState[]> {
  if (demands.length === 0) return [];
  const rows = [...demands]
    .sort((a, b) => (a.host < b.host ? -1 : 1))
    .map(({ host }) => ({ host, concurrency: firstLanes }));
  const wanted = recordset(imageHosts, 'wanted', rows);
  await transaction.execute(sql`
    insert into ${imageHosts} (host, concurrency, paced_at)
    select host, concurrency, date_trunc('milliseconds', now()) from ${wanted} order by host
    on conflict (host) do nothing`);
  const found = await transaction.execute<HostRow>(sql`
    select ${imageHosts.host}, ${imageHosts.concurrency}, ${imageHosts.bestMilliseconds} as best, ${imageHosts.ceiling},
      ${imageHosts.calm}, ${imageHosts.imageMilliseconds} as image, ${imageHosts.inUse},
      coalesce(ceil(extract(epoch from ${imageHosts.holdUntil} - statement_timestamp())), 0)::int as hold,
      extract(epoch from statement_timestamp() - ${imageHosts.askedAt})::float8 as idle,
      floor(extract(epoch from statement_timestamp()) * 1000)::float8 as now,
      coalesce((
        select json_agg(json_build_object('requests', ${hostObservations.requests},
          'rate_limited', ${hostObservations.rateLimited}, 'unavailable', ${hostObservations.unavailable},
          'first_byte', ${hostObservations.firstByteMilliseconds}, 'image', ${hostObservations.imageMilliseconds}))
        from ${hostObservations}
        where ${hostObservations.host} = ${imageHosts.host} and ${hostObservations.takenAt} >= ${imageHosts.pacedAt}
      ), '[]') as seen
    from ${imageHosts} where ${imageHosts.host} in (select host from ${wanted}) order by ${imageHosts.host}`);
  const byHost = new Map(demands.map((demand) => [demand.host, demand]));
  return found.flatMap((row) => {
    const demand = byHost.get(row.host);
    return demand ? [stateOf(row, demand, mostPerHost)] : [];
  });
}

/** Keeps the paces and what was granted, and removes what has been seen. */
export async function writeHosts(
  transaction: Transaction,
  states: readonly HostState[],
  inUse: (host: string) => number,
): Promise<void> {
  if (states.length === 0) return;
  const rows = states.map((state) => keptHost(state, inUse(state.host)));
  const given = sql`json_to_recordset(${JSON.stringify(rows)}::json) as state(host text, concurrency smallint,
    best integer, ceiling smallint, calm smallint, image integer, in_use smallint, hold integer, paced float8, seen boolean)`;
  await transaction.execute(sql`
    update ${imageHosts} set concurrency = state.concurrency, best_milliseconds = state.best, ceiling = state.ceiling,
      calm = state.calm, image_milliseconds = state.image, in_use = state.in_use, asked_at = statement_timestamp(),
      paced_at = coalesce(to_timestamp(state.paced / 1000), ${imageHosts.pacedAt}),
      hold_until = case when state.hold > 0
        then greatest(${imageHosts.holdUntil}, statement_timestamp() + make_interval(secs => state.hold))
        else ${imageHosts.holdUntil} end
    from ${given} where ${imageHosts.host} = state.host`);
  const seen = rows.filter((row) => row.seen).map(({ host }) => host);
  if (seen.length === 0) return;
  await transaction.execute(sql`
    delete from ${hostObservations}
    where ${hostObservations.host} in (select json_array_elements_text(${JSON.stringify(seen)}::json))`);
}
