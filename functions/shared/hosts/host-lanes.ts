import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { hostLanes, imports } from '../../../schema/index.ts';
import { recordset } from '../database/bulk-insert.ts';
import type { Database, Transaction } from '../database/database.ts';
import { decideLanes, holderName, type LaneHolder, type LaneLimits, type LaneRow, lanesInUse } from './decide-lanes.ts';
import { type Grants, grantsOf, laneSeconds, messageHolders, placesOf } from './grants.ts';
import type { Demand, HostState } from './host-state.ts';
import { readHosts, writeHosts } from './stored-hosts.ts';

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
    const holders = messageHolders(holder, lanes, randomUUID);
    await writeMessages(transaction, holders);
    await writeHosts(transaction, states, (host) => lanesInUse(host, holder, rows, lanes));
    return grantsOf({ states, rows, holder, lanes, holders, now: states[0]?.now ?? Date.now() });
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

async function writeMessages(transaction: Transaction, holders: ReadonlyMap<string, readonly string[]>): Promise<void> {
  const rows = [...holders].flatMap(([host, own]) => own.map((holder) => ({ host, holder, lanes: 1, wanted: 1 })));
  if (rows.length === 0) return;
  await transaction.execute(sql`
    insert into ${hostLanes} (host, holder, lanes, wanted, expires_at)
    select host, holder, lanes, wanted, statement_timestamp() + make_interval(secs => ${laneSeconds.message}::int)
    from ${recordset(hostLanes, 'message', rows)}`);
}

/** The holder's row at each host: its lanes, or its place among those who wait. None where the host is on hold. */
async function writePlaces(
  transaction: Transaction,
  holder: LaneHolder,
  states: readonly HostState[],
  lanes: ReadonlyMap<string, number>,
): Promise<void> {
  const name = holderName(holder);
  const importId = holder === 'queue' ? null : holder.importId;
  const rows = placesOf(states, holder, lanes);
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
      statement_timestamp() + make_interval(secs => case when lanes = 0 then ${laneSeconds.waiting}::int else ${laneSeconds.take}::int end)
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
