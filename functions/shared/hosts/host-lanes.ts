import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { hostLanes, imports } from '../../../schema/index.ts';
import { recordset } from '../database/bulk-insert.ts';
import type { Database, Transaction } from '../database/database.ts';
import {
  decideLanes,
  importHolder,
  isHeld,
  isOwn,
  type LaneHolder,
  type LaneLimits,
  type LaneRow,
  lanesInUse,
  queueHolder,
  wantedLanes,
} from './decide-lanes.ts';
import { type Demand, type HostState, readHosts, writeHosts } from './host-states.ts';
import type { Pace } from './pace.ts';

export type Grant = {
  host: string;
  lanes: number;
  /** Of the queue's lanes: a name for each, which its message holds it under. */
  holders: string[];
  pace: Pace;
  /** Requests at once that the setting and the asker's suppliers allow. */
  most: number;
  /** Others hold lanes of the host, or wait for some. */
  isShared: boolean;
  imageSeconds: number | null;
};
export type Grants = {
  grants: Grant[];
  /** Unix time in milliseconds. */
  takenAt: number;
  /** Seconds until the first of the hosts that are on hold may be asked again; null where none is. */
  holdSeconds: number | null;
  /** Hosts all of whose lanes others have. */
  busy: number;
};

/**
 * Seconds that an import's lanes are held if nobody gives them back: the longest Take (take-images) and the 300 s of the
 * last batch that it began, with its start.
 */
const takeSeconds = 600;
/** Of a message of the queue: one visibility timeout. Usually record-images gives them back in a minute. */
const messageSeconds = 1860;
/** Seconds after which somebody who does not ask again has given up its place. */
const waitingSeconds = 120;
/** First of the two numbers of the advisory lock: keeps it apart from locks taken for other ends. */
const lockClass = 7302;

/**
 * Grants lanes at the hosts, after their pace has followed what was seen since: never more than a host bears over all
 * imports and the queue together, than Lambda has, and than an equal share where others want them; none where the host is
 * on hold. Decided one after the other, under a lock, in some milliseconds.
 *
 * Asked again, it replaces what an import was granted before. Each of the queue's lanes is held by a message to come.
 */
export async function takeLanes(
  database: Database,
  holder: LaneHolder,
  demands: readonly Demand[],
  limits: LaneLimits,
): Promise<Grants> {
  return database.transaction(async (transaction) => {
    await lockLanes(transaction);
    const states = await readHosts(transaction, demands, limits.mostPerHost);
    const rows = await laneRows(transaction);
    const lanes = decideLanes(states, rows, holder, limits);
    await writePlaces(transaction, holder, states, lanes);
    const holders = holder === 'queue' ? await writeMessages(transaction, lanes) : new Map<string, string[]>();
    await writeHosts(transaction, states, (host) => lanesInUse(host, holder, rows, lanes));
    const now = states[0]?.now ?? Date.now();
    const held = states.filter(isHeld).map(({ holdSeconds }) => holdSeconds);
    return {
      takenAt: now,
      holdSeconds: held.length > 0 ? Math.min(...held) : null,
      busy: states.filter((state) => !isHeld(state) && !lanes.get(state.demand.host)).length,
      grants: states.flatMap((state) => {
        const { host } = state.demand;
        const granted = lanes.get(host) ?? 0;
        if (granted === 0) return [];
        const isShared = rows.some((row) => row.host === host && !isOwn(row, holder));
        const { pace, imageSeconds } = state;
        const most = Math.min(state.most, state.demand.limit);
        return [{ host, lanes: granted, holders: holders.get(host) ?? [], pace, most, isShared, imageSeconds }];
      }),
    };
  });
}

async function lockLanes(transaction: Transaction): Promise<void> {
  await transaction.execute(sql`select pg_advisory_xact_lock(${lockClass}::int, 0)`);
  // The lock was waited for: the time from here on is that of this statement, not of the transaction's begin.
  await transaction.execute(sql`delete from ${hostLanes} where ${hostLanes.expiresAt} <= statement_timestamp()`);
}

async function laneRows(transaction: Transaction): Promise<LaneRow[]> {
  return transaction.execute<LaneRow>(sql`
    select ${hostLanes.host}, ${imports.supplierId} as supplier_id, ${hostLanes.wanted},
      case when ${hostLanes.waiting} then 0 else ${hostLanes.lanes} end as lanes,
      extract(epoch from ${hostLanes.waitingSince})::float8 as waiting,
      coalesce(${hostLanes.holder}, case when ${hostLanes.importId} is null then 'message ' || ${hostLanes.id}
        else 'import ' || ${hostLanes.importId} end) as holder
    from ${hostLanes} left join ${imports} on ${imports.id} = ${hostLanes.importId}`);
}

/** A lane each for messages to come, by host. */
async function writeMessages(
  transaction: Transaction,
  lanes: ReadonlyMap<string, number>,
): Promise<Map<string, string[]>> {
  const holders = new Map(
    [...lanes].map(([host, count]) => [host, Array.from({ length: count }, () => `message ${randomUUID()}`)] as const),
  );
  const rows = [...holders].flatMap(([host, own]) => own.map((holder) => ({ host, holder, lanes: 1, wanted: 1 })));
  if (rows.length === 0) return holders;
  await transaction.execute(sql`
    insert into ${hostLanes} (host, holder, lanes, wanted, expires_at)
    select host, holder, lanes, wanted, statement_timestamp() + make_interval(secs => ${messageSeconds}::int)
    from ${recordset(hostLanes, 'message', rows)}`);
  return holders;
}

/** The holder's row at each host: its lanes, or its place among those who wait. None where the host is on hold. */
async function writePlaces(
  transaction: Transaction,
  holder: LaneHolder,
  states: readonly HostState[],
  lanes: ReadonlyMap<string, number>,
): Promise<void> {
  const name = holder === 'queue' ? queueHolder : importHolder(holder.importId);
  const importId = holder === 'queue' ? null : holder.importId;
  const rows = states.flatMap(({ demand, most }) => {
    const granted = lanes.get(demand.host);
    if (granted === undefined || (holder === 'queue' && granted > 0)) return [];
    return [{ host: demand.host, lanes: granted, wanted: wantedLanes(demand, most) }];
  });
  const asked = recordset(
    hostLanes,
    'asked',
    states.map(({ demand: { host } }) => ({ host })),
  );
  if (states.length === 0) return;
  await transaction.execute(sql`
    delete from ${hostLanes} where ${hostLanes.holder} = ${name} and ${hostLanes.host} in (select host from ${asked})
      and ${hostLanes.host} not in (select host from json_to_recordset(${JSON.stringify(rows)}::json) as kept(host text))`);
  if (rows.length === 0) return;
  await transaction.execute(sql`
    insert into ${hostLanes} (host, holder, import_id, lanes, wanted, waiting_since, expires_at)
    select host, ${name}, ${importId}::bigint, lanes, wanted, case when lanes = 0 then clock_timestamp() end,
      statement_timestamp() + make_interval(secs => case when lanes = 0 then ${waitingSeconds}::int else ${takeSeconds}::int end)
    from ${recordset(hostLanes, 'granted', rows)}
    on conflict (host, holder) do update set lanes = excluded.lanes, wanted = excluded.wanted,
      expires_at = excluded.expires_at,
      waiting_since = case when excluded.lanes = 0 then coalesce(${hostLanes.waitingSince}, excluded.waiting_since) end`);
}

/** Gives back all that holders hold or wait for, at the hosts, or everywhere. */
export async function returnLanes(
  database: Database,
  holders: readonly string[],
  hosts?: readonly string[],
): Promise<void> {
  if (holders.length === 0) return;
  const atHosts = hosts
    ? sql`and ${hostLanes.host} in (select json_array_elements_text(${JSON.stringify(hosts)}::json))`
    : sql``;
  await database.execute(sql`
    delete from ${hostLanes}
    where ${hostLanes.holder} in (select json_array_elements_text(${JSON.stringify(holders)}::json)) ${atHosts}`);
}
