import type { LaneHolder, LaneRow } from './decide-lanes.ts';
import { isHeld, isOwn, lanesInUse, wantedLanes } from './decide-lanes.ts';
import type { HostState } from './host-state.ts';
import type { Pace } from './pace.ts';

/** Seconds after which lanes and places are given up that nobody gives back or asks for again. */
export const laneSeconds = {
  /** An import's lanes: the longest Take (take-images) and the 300 s of the last batch that it began, with its start. */
  take: 720,
  /** A message's: one visibility timeout. Usually record-images gives them back in a minute. */
  message: 1860,
  /** A place among those who wait. */
  waiting: 120,
};

export type Grant = {
  host: string;
  lanes: number;
  /** Lanes in use at the host, these and those of others. */
  inUse: number;
  /** Of the queue's lanes: a name for each, which its message holds it under. */
  holders: string[];
  pace: Pace;
  /** Requests at once that the setting and the asker's suppliers allow. */
  most: number;
  /** Others who wait for lanes of the host. */
  waiting: number;
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

/** Of the queue, a name for each of its lanes, which its message will hold it under; none of an import. */
export function messageHolders(
  holder: LaneHolder,
  lanes: ReadonlyMap<string, number>,
  uniqueName: () => string,
): Map<string, string[]> {
  if (holder !== 'queue') return new Map();
  const names = (count: number) => Array.from({ length: count }, () => `message ${uniqueName()}`);
  return new Map([...lanes].map(([host, count]) => [host, names(count)]));
}

/** The holder's row at each host: its lanes, or its place among those who wait. None where the host is on hold. */
export function placesOf(
  states: readonly HostState[],
  holder: LaneHolder,
  lanes: ReadonlyMap<string, number>,
): { host: string; lanes: number; wanted: number }[] {
  return states.flatMap(({ demand, most }) => {
    const granted = lanes.get(demand.host);
    if (granted === undefined || (holder === 'queue' && granted > 0)) return [];
    return [{ host: demand.host, lanes: granted, wanted: wantedLanes(demand, most) }];
  });
}

/** What the asker is told; `lanes` as decided from `states` and `rows`. */
export function grantsOf(props: {
  states: readonly HostState[];
  rows: readonly LaneRow[];
  holder: LaneHolder;
  lanes: ReadonlyMap<string, number>;
  holders: ReadonlyMap<string, string[]>;
  /** Unix time in milliseconds. */
  now: number;
}): Grants {
  const { states, rows, holder, lanes, holders, now } = props;
  const held = states.filter(isHeld).map(({ holdSeconds }) => holdSeconds);
  return {
    takenAt: now,
    holdSeconds: held.length > 0 ? Math.min(...held) : null,
    busy: states.filter((state) => !isHeld(state) && !lanes.get(state.demand.host)).length,
    grants: states.flatMap((state) => {
      const { host } = state.demand;
      const granted = lanes.get(host) ?? 0;
      if (granted === 0) return [];
      const waiting = rows.filter((row) => row.host === host && row.lanes === 0 && !isOwn(row, holder)).length;
      const { pace, imageSeconds } = state;
      const most = Math.min(state.most, state.demand.limit);
      const inUse = lanesInUse(host, holder, rows, lanes);
      return [{ host, lanes: granted, inUse, holders: holders.get(host) ?? [], pace, most, waiting, imageSeconds }];
    }),
  };
}
