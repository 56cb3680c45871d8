import { inArray, sql } from 'drizzle-orm';
import { hostLanes, imageHosts, imports } from '../../../schema/index.ts';
import { recordset } from '../database/bulk-insert.ts';
import type { Database, Transaction } from '../database/database.ts';
import { defaultConcurrency, shortHoldSeconds, smallestLane } from './politeness.ts';

/** Images that are wanted from a host, and the requests at once that their suppliers allow for it. */
export type Demand = { host: string; images: number; limit: number };
export type Grant = { host: string; lanes: number[] };
export type Grants = {
  grants: Grant[];
  /** Seconds until the first of the hosts that are on hold may be asked again; null where none is. */
  holdSeconds: number | null;
  /** Hosts all of whose lanes others have. */
  busy: number;
};

/** Who asks: an import, for which its lanes of the round before are over, or, null, a sweep. */
export type LaneHolder = { importId: number | null; supplierId: number | null; seconds: number };

type HostState = {
  host: string;
  concurrency: number;
  hold_seconds: number;
  /** Lanes that others hold, and those of them in imports of the same supplier or in the queue. */
  taken: number;
  taken_by_supplier: number;
  /** Other imports that hold lanes or wait for them, and those of them that have waited longer. */
  sharers: number;
  waiting_longer: number;
  is_waiting: boolean;
};

/**
 * Grants lanes at the hosts: never more than a host bears over all imports and the queue together, none where it is on
 * hold, and an equal share where several imports want it. Hosts are locked in the order of their names while it is decided.
 */
export async function grantLanes(database: Database, holder: LaneHolder, demands: readonly Demand[]): Promise<Grants> {
  return database.transaction(async (transaction) => {
    const states = await lockHosts(transaction, holder, demands);
    const wanted = new Map(demands.map((demand) => [demand.host, demand]));
    // A hold of seconds is over by then, or the batch waits for it.
    const isHeld = ({ hold_seconds }: HostState) => hold_seconds > shortHoldSeconds;
    const free = states.filter((state) => !isHeld(state));
    const counts = free.map((state) => ({ state, lanes: lanesFor(state, wanted.get(state.host)) }));
    const busy = counts.filter(({ lanes }) => lanes === 0).map(({ state }) => state.host);
    const granted = await insertLanes(
      transaction,
      holder,
      counts.flatMap(({ state, lanes }) => Array.from({ length: lanes }, () => state.host)),
    );
    if (holder.importId !== null) await waitAt(transaction, holder.importId, free, busy);
    const holds = states.filter(isHeld).map(({ hold_seconds }) => hold_seconds);
    return { grants: granted, holdSeconds: holds.length > 0 ? Math.min(...holds) : null, busy: busy.length };
  });
}

/** How many lanes a host has for a demand. */
export function lanesFor(
  state: Pick<HostState, 'concurrency' | 'taken' | 'taken_by_supplier' | 'sharers' | 'waiting_longer'>,
  demand: Pick<Demand, 'images' | 'limit'> | undefined,
): number {
  if (demand === undefined) return 0;
  const free = Math.min(state.concurrency - state.taken - state.waiting_longer, demand.limit - state.taken_by_supplier);
  const share = Math.max(1, Math.floor(state.concurrency / (1 + state.sharers)));
  return Math.max(0, Math.min(free, share, Math.max(1, Math.floor(demand.images / smallestLane))));
}

/** The hosts as they are, locked; unknown ones are made, and lanes that are over are removed. */
async function lockHosts(
  transaction: Transaction,
  { importId, supplierId }: LaneHolder,
  demands: readonly Demand[],
): Promise<HostState[]> {
  if (demands.length === 0) return [];
  const rows = [...demands]
    .sort((a, b) => (a.host < b.host ? -1 : 1))
    .map(({ host, limit }) => ({ host, maximum: Math.max(limit, defaultConcurrency) }));
  const wanted = recordset(imageHosts, 'wanted', rows);
  await transaction.execute(sql`
    insert into ${imageHosts} (host, concurrency, maximum)
    select host, maximum, maximum from ${wanted} order by host
    on conflict (host) do update set maximum = excluded.maximum where ${imageHosts.maximum} < excluded.maximum`);
  await transaction.execute(sql`
    select from ${imageHosts} where ${imageHosts.host} in (select host from ${wanted}) order by ${imageHosts.host} for update`);
  await transaction.execute(sql`
    delete from ${hostLanes} where ${hostLanes.host} in (select host from ${wanted})
      and (${hostLanes.expiresAt} <= now() or (${hostLanes.importId} = ${importId}::bigint and not ${hostLanes.waiting}))`);
  return transaction.execute<HostState>(sql`
    select ${imageHosts.host}, ${imageHosts.concurrency},
      coalesce(ceil(extract(epoch from ${imageHosts.holdUntil} - now())), 0)::int as hold_seconds,
      (count(lane.id) filter (where not lane.waiting))::int as taken,
      (count(lane.id) filter (where not lane.waiting
        and (lane.import_id is null or other.supplier_id = ${supplierId}::bigint)))::int as taken_by_supplier,
      (count(distinct lane.import_id) filter (where lane.import_id <> coalesce(${importId}::bigint, 0)))::int as sharers,
      (count(lane.id) filter (where lane.waiting and lane.import_id <> coalesce(${importId}::bigint, 0)
        and (own.id is null or lane.id < own.id)))::int as waiting_longer,
      own.id is not null as is_waiting
    from ${imageHosts}
    left join ${hostLanes} own on own.host = ${imageHosts.host} and own.import_id = ${importId}::bigint and own.waiting
    left join ${hostLanes} lane on lane.host = ${imageHosts.host}
    left join ${imports} other on other.id = lane.import_id
    where ${imageHosts.host} in (select host from ${wanted})
    group by ${imageHosts.host}, own.id`);
}

async function insertLanes(transaction: Transaction, holder: LaneHolder, hosts: readonly string[]): Promise<Grant[]> {
  if (hosts.length === 0) return [];
  const rows = hosts.map((host) => ({ host }));
  const inserted = await transaction.execute<{ id: string; host: string }>(sql`
    insert into ${hostLanes} (host, import_id, expires_at)
    select host, ${holder.importId}::bigint, now() + make_interval(secs => ${holder.seconds})
    from ${recordset(hostLanes, 'lane', rows)}
    returning id, host`);
  const lanes = new Map<string, number[]>();
  for (const { id, host } of inserted) lanes.set(host, [...(lanes.get(host) ?? []), Number(id)]);
  return [...lanes].map(([host, ids]) => ({ host, lanes: ids }));
}

/** Seconds after which an import that does not ask again has given up its place. */
const waitingSeconds = 120;

/** Keeps the import's places at busy hosts, and gives up those at hosts that had lanes for it. */
async function waitAt(
  transaction: Transaction,
  importId: number,
  free: readonly HostState[],
  busy: readonly string[],
): Promise<void> {
  const done = free.filter(({ host, is_waiting }) => is_waiting && !busy.includes(host));
  const arrived = free.filter(({ host, is_waiting }) => !is_waiting && busy.includes(host));
  const expires = sql`now() + make_interval(secs => ${waitingSeconds})`;
  if (done.length > 0) {
    await transaction.execute(sql`
      delete from ${hostLanes} where ${hostLanes.importId} = ${importId} and ${hostLanes.waiting}
        and ${hostLanes.host} in (select host from ${recordset(hostLanes, 'done', done.map(hostOnly))})`);
  }
  if (arrived.length > 0) {
    await transaction.execute(sql`
      insert into ${hostLanes} (host, import_id, waiting, expires_at)
      select host, ${importId}::bigint, true, ${expires} from ${recordset(hostLanes, 'arrived', arrived.map(hostOnly))}`);
  }
  if (free.some(({ host, is_waiting }) => is_waiting && busy.includes(host))) {
    await transaction.execute(sql`
      update ${hostLanes} set expires_at = ${expires} where ${hostLanes.importId} = ${importId} and ${hostLanes.waiting}`);
  }
}

const hostOnly = ({ host }: { host: string }) => ({ host });

/** Gives back lanes that were not needed. */
export async function returnUnusedLanes(database: Database, lanes: readonly number[]): Promise<void> {
  if (lanes.length > 0) await database.delete(hostLanes).where(inArray(hostLanes.id, [...lanes]));
}

/** Gives back all that an import holds or waits for. */
export async function returnLanes(database: Database, importId: number): Promise<void> {
  await database.execute(sql`delete from ${hostLanes} where ${hostLanes.importId} = ${importId}`);
}
