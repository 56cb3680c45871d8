import type { Demand, HostState } from './host-state.ts';
import { laneShare, type OtherHolder } from './lane-shares.ts';
import { shortHoldSeconds } from './politeness.ts';

export type LaneLimits = {
  /** Requests at once to one host, where no supplier allows more: the setting `images.mostPerHost`. */
  mostPerHost: number;
  /** Over all hosts: the setting `images.mostLanes`. */
  mostLanes: number;
};

/** Who asks: an import, whose lanes of the Take before are over, or the sweep, whose messages keep theirs. */
export type LaneHolder = { importId: number; supplierId: number } | 'queue';

/** A row of host_lanes. */
export type LaneRow = {
  host: string;
  holder: string;
  supplier_id: string | null;
  lanes: number;
  wanted: number;
  /** Since when it waits, Unix time in seconds. */
  waiting: number | null;
};

/** `import 17`, as host_lanes.holder has it. */
export const importHolder = (importId: number): string => `import ${importId}`;
/** Holder of the sweep's place, where its messages have no lanes. */
const queueHolder = 'queue';
/** The name of its row at a host. */
export const holderName = (holder: LaneHolder): string =>
  holder === 'queue' ? queueHolder : importHolder(holder.importId);
const isOfQueue = ({ holder }: LaneRow) => holder === queueHolder || holder.startsWith('message ');

/** Images that one lane is worth. */
const smallestLane = 5;

/** A hold of seconds is over by then, or the batch waits for it. */
export const isHeld = ({ holdSeconds }: HostState) => holdSeconds > shortHoldSeconds;

/** Whether a row is the asker's: any message's is the queue's. */
export const isOwn = (row: LaneRow, holder: LaneHolder) =>
  holder === 'queue' ? isOfQueue(row) : row.holder === importHolder(holder.importId);

/** Lanes for each host that is not on hold. */
export function decideLanes(
  states: readonly HostState[],
  rows: readonly LaneRow[],
  holder: LaneHolder,
  { mostLanes }: LaneLimits,
): Map<string, number> {
  const lanes = new Map<string, number>();
  const given: OtherHolder[] = [];
  // What this holder has at the hosts in question is decided anew; the queue's messages keep theirs.
  const asked = new Set(states.map(({ demand }) => demand.host));
  const elsewhere = rows.filter((row) => holder === 'queue' || !(asked.has(row.host) && isOwn(row, holder)));
  // Where there are not even as many lanes as holders, they take turns, as at a host.
  const isCrowded = elsewhere.length >= mostLanes;
  for (const { demand, pace, most, ...state } of states.filter((state) => !isHeld(state))) {
    const wanted = wantedLanes(demand, most);
    const atHost = rows.filter(({ host }) => host === demand.host);
    const own = atHost.filter((row) => isOwn(row, holder));
    const kept = holder === 'queue' ? own.reduce((sum, row) => sum + row.lanes, 0) : 0;
    const since = own.map(turnOf).find((turn) => turn !== null) ?? null;
    const others = othersAt(atHost, holder, since);
    const anywhere = elsewhere.map((row) => other(row, isCrowded ? since : 0));
    const bears = laneShare(Math.min(pace.lanes, most), wanted + kept, others) - kept;
    const allowed = demand.limit - takenBySupplier(atHost, holder);
    const granted = Math.max(0, Math.min(bears, allowed, laneShare(mostLanes, wanted, [...anywhere, ...given])));
    lanes.set(state.host, granted);
    if (granted > 0) given.push({ lanes: granted, wanted: granted, isNext: false });
  }
  return lanes;
}

/** As many as its images are worth, and the host may be asked for. */
export function wantedLanes({ images, limit }: Demand, most: number): number {
  return Math.max(1, Math.min(Math.floor(images / smallestLane), most, limit));
}

/** A row as somebody sees it who waits since then, or, null, does not wait. */
function other(row: LaneRow, since: number | null): OtherHolder {
  const { lanes, wanted } = row;
  return { lanes, wanted, isNext: lanes === 0 && isBefore(row, since) };
}

function isBefore(row: LaneRow, since: number | null): boolean {
  const turn = turnOf(row);
  return turn !== null && (since === null || turn < since);
}

/** Seconds that count as waited less for each lane that is wanted, and at most. */
const behind = { ofLane: 5, most: 60 };

/**
 * By what those who wait are ordered, Unix time in seconds; null for who does not. Who has little to do comes first, since
 * it is soon done, and nobody is overtaken by who came a minute later: shortest job first, with ageing.
 */
function turnOf({ waiting, wanted }: LaneRow): number | null {
  return waiting === null ? null : waiting + Math.min(behind.ofLane * wanted, behind.most);
}

/** The others at a host, all messages of the queue being one. */
function othersAt(rows: readonly LaneRow[], holder: LaneHolder, since: number | null): OtherHolder[] {
  const imports = rows.filter((row) => !isOfQueue(row) && !isOwn(row, holder));
  const others = imports.map((row) => other(row, since));
  const queue = holder === 'queue' ? [] : rows.filter(isOfQueue);
  if (queue.length === 0) return others;
  const total = (of: 'lanes' | 'wanted') => queue.reduce((sum, row) => sum + row[of], 0);
  const isNext = total('lanes') === 0 && queue.some((row) => isBefore(row, since));
  return [...others, { lanes: total('lanes'), wanted: total('wanted'), isNext }];
}

/** Lanes that others hold for images of the same supplier; the queue's may be anyone's. */
function takenBySupplier(rows: readonly LaneRow[], holder: LaneHolder): number {
  const same = rows.filter((row) =>
    holder === 'queue'
      ? true
      : !isOwn(row, holder) && (isOfQueue(row) || Number(row.supplier_id) === holder.supplierId),
  );
  return same.reduce((sum, row) => sum + row.lanes, 0);
}

/** Lanes at a host once they are granted. */
export function lanesInUse(
  host: string,
  holder: LaneHolder,
  rows: readonly LaneRow[],
  lanes: ReadonlyMap<string, number>,
): number {
  const others = rows.filter((row) => row.host === host && (holder === 'queue' || !isOwn(row, holder)));
  return others.reduce((sum, row) => sum + row.lanes, lanes.get(host) ?? 0);
}
