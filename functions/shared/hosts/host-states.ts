import { sql } from 'drizzle-orm';
import { hostObservations, imageHosts } from '../../../schema/index.ts';
import { recordset } from '../database/bulk-insert.ts';
import type { Transaction } from '../database/database.ts';
import {
  firstLanes,
  forgottenSeconds,
  isRefused,
  nextPace,
  type Observation,
  type Pace,
  resumedPace,
  weightedMedian,
} from './pace.ts';

/** A host that bears one request at a time, and not even that, is left alone for so long; imports leave it to the sweeps. */
export const exhaustedSeconds = 900;

/** Images that are wanted from a host, and the requests at once that their suppliers allow for it. */
export type Demand = { host: string; images: number; limit: number };

/** A host as it is now, its pace having followed what was seen. */
export type HostState = {
  host: string;
  demand: Demand;
  pace: Pace;
  most: number;
  imageSeconds: number | null;
  /** Seconds until it may be asked again, 0 or less: now. */
  holdSeconds: number;
  /** Unix time in milliseconds. */
  now: number;
  /** Lanes have changed: what was granted before says nothing about them. */
  isRepaced: boolean;
  /** It refused its only lane. */
  isExhausted: boolean;
  /** What was seen has been taken into account, and is removed. */
  isSeen: boolean;
};

type HostRow = {
  host: string;
  concurrency: number;
  best: number | null;
  ceiling: number | null;
  calm: number;
  image: number | null;
  in_use: number;
  hold: number;
  idle: number;
  now: number;
  seen: SeenBatch[];
};
type SeenBatch = {
  requests: number;
  rate_limited: number;
  unavailable: number;
  first_byte: number | null;
  image: number | null;
};

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

function stateOf(row: HostRow, demand: Demand, mostPerHost: number): HostState {
  const stored = { lanes: row.concurrency, bestMilliseconds: row.best, ceiling: row.ceiling, calm: row.calm };
  const isForgotten = row.idle > forgottenSeconds;
  const before = isForgotten ? resumedPace(stored) : stored;
  const seen = isForgotten ? null : observationOf(row);
  // A supplier that allows more gives a permission; one that allows less binds its own images alone.
  const most = Math.max(mostPerHost, demand.limit);
  const pace = seen ? nextPace(before, seen, Math.max(most, before.lanes)) : before;
  const isExhausted = seen !== null && before.lanes === 1 && isRefused(seen);
  const isRepaced = pace.lanes !== stored.lanes;
  const enough = seen !== null && seen.requests >= 2 * Math.min(seen.lanes, before.lanes);
  return {
    host: row.host,
    demand,
    pace,
    most,
    imageSeconds: imageSecondsOf(row),
    holdSeconds: isExhausted ? Math.max(row.hold, exhaustedSeconds) : row.hold,
    now: row.now,
    isRepaced,
    isExhausted,
    isSeen: isRepaced || enough || isExhausted || isForgotten,
  };
}

function observationOf({ seen, in_use }: HostRow): Observation | null {
  const total = (of: 'requests' | 'rate_limited' | 'unavailable') => seen.reduce((sum, batch) => sum + batch[of], 0);
  const requests = total('requests');
  if (requests === 0) return null;
  const measured = seen.flatMap(({ first_byte, requests: weight }) =>
    first_byte === null ? [] : [{ value: first_byte, weight }],
  );
  return {
    lanes: Math.max(1, in_use),
    requests,
    rateLimited: total('rate_limited'),
    unavailable: total('unavailable'),
    firstByteMilliseconds: weightedMedian(measured),
  };
}

/** Of an image, by the batches seen; as it was before where none was. */
function imageSecondsOf({ seen, image }: HostRow): number | null {
  const measured = seen.flatMap(({ image: milliseconds, requests }) =>
    milliseconds === null ? [] : [{ milliseconds, requests }],
  );
  const requests = measured.reduce((sum, batch) => sum + batch.requests, 0);
  if (requests === 0) return image === null ? null : image / 1000;
  return measured.reduce((sum, batch) => sum + batch.milliseconds * batch.requests, 0) / requests / 1000;
}

/** Keeps the paces and what was granted, and removes what has been seen. */
export async function writeHosts(
  transaction: Transaction,
  states: readonly HostState[],
  inUse: (host: string) => number,
): Promise<void> {
  if (states.length === 0) return;
  const rows = states.map(({ host, pace, imageSeconds, now, isRepaced, isExhausted, isSeen }) => ({
    host,
    concurrency: pace.lanes,
    best: pace.bestMilliseconds === null ? null : Math.round(pace.bestMilliseconds),
    ceiling: pace.ceiling,
    calm: Math.min(pace.calm, 1000),
    image: imageSeconds === null ? null : Math.round(imageSeconds * 1000),
    in_use: inUse(host),
    hold: isExhausted ? exhaustedSeconds : 0,
    paced: isRepaced ? now : null,
    seen: isSeen,
  }));
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
