import {
  decideLanes,
  holderName,
  type LaneHolder,
  type LaneLimits,
  type LaneRow,
  lanesInUse,
} from '../../../functions/shared/hosts/decide-lanes.ts';
import {
  type Grants,
  grantsOf,
  laneSeconds,
  messageHolders,
  placesOf,
} from '../../../functions/shared/hosts/grants.ts';
import {
  type Demand,
  type HostRow,
  type HostState,
  keptHost,
  type SeenBatch,
  stateOf,
} from '../../../functions/shared/hosts/host-state.ts';
import { firstLanes } from '../../../functions/shared/hosts/pace.ts';
import type { EventLoop } from './event-loop.ts';

type Lanes = LaneRow & { expiresAt: number };
/** A row of image_hosts and its host_observations. Times in simulated seconds. */
type StoredHost = Pick<HostRow, 'concurrency' | 'best' | 'ceiling' | 'calm' | 'image' | 'in_use'> & {
  holdUntil: number;
  askedAt: number | null;
  pacedAt: number;
  seen: (SeenBatch & { takenAt: number })[];
};

/** The tables host_lanes, image_hosts and host_observations in memory; what is decided, the functions' own code decides. */
export class LaneLedger {
  readonly #loop: EventLoop;
  readonly #hosts = new Map<string, StoredHost>();
  #rows: Lanes[] = [];
  #messages = 0;
  /** Lanes that are granted, by host. */
  readonly #granted = new Map<string, number>();

  constructor(loop: EventLoop) {
    this.#loop = loop;
  }

  /** As takeLanes (functions/shared/hosts/host-lanes.ts). */
  take(holder: LaneHolder, demands: readonly Demand[], limits: LaneLimits): Grants {
    const { now } = this.#loop;
    this.#rows = this.#rows.filter(({ expiresAt }) => expiresAt > now);
    const rows = this.#rows;
    const states = demands.map((demand) => stateOf(this.#hostRow(demand.host), demand, limits.mostPerHost));
    const lanes = decideLanes(states, rows, holder, limits);
    const holders = messageHolders(holder, lanes, () => String(++this.#messages));
    this.#writePlaces(holder, states, lanes);
    for (const [host, names] of holders) {
      const expiresAt = now + laneSeconds.message;
      const lane = { host, supplier_id: null, lanes: 1, wanted: 1, waiting: null, expiresAt };
      this.#rows = [...this.#rows, ...names.map((name) => ({ ...lane, holder: name }))];
    }
    for (const state of states) this.#keep(state, lanesInUse(state.host, holder, rows, lanes));
    this.#count();
    return grantsOf({ states, rows, holder, lanes, holders, now: unixMilliseconds(now) });
  }

  /** As returnLanes. */
  giveBack(holders: readonly string[], hosts?: readonly string[]): void {
    this.#rows = this.#rows.filter(({ holder, host }) => !holders.includes(holder) || hosts?.includes(host) === false);
    this.#count();
  }

  /** What record-images keeps of a batch. */
  observe(host: string, takenAt: number, seen: SeenBatch, holdSeconds: number): void {
    const stored = this.#stored(host);
    if (seen.requests > 0) stored.seen.push({ ...seen, takenAt });
    if (holdSeconds > 0) stored.holdUntil = Math.max(stored.holdUntil, this.#loop.now + holdSeconds);
  }

  /** Seconds that the host is on hold for still. */
  holdSeconds(host: string): number {
    return Math.max(0, Math.ceil(this.#stored(host).holdUntil - this.#loop.now));
  }

  lanesAt(host: string): number {
    return this.#granted.get(host) ?? 0;
  }

  /** Messages that hold lanes. */
  get messages(): number {
    return this.#rows.filter(({ holder }) => holder.startsWith('message ')).length;
  }

  /** The host's pace as it was decided last. */
  paceOf(host: string): number {
    return this.#stored(host).concurrency;
  }

  #writePlaces(holder: LaneHolder, states: readonly HostState[], lanes: ReadonlyMap<string, number>): void {
    const { now } = this.#loop;
    const name = holderName(holder);
    const asked = new Set(states.map(({ host }) => host));
    const own = this.#rows.filter((row) => row.holder === name && asked.has(row.host));
    const since = new Map(own.map((row) => [row.host, row.waiting]));
    const places = placesOf(states, holder, lanes).map((place) => ({
      ...place,
      holder: name,
      supplier_id: holder === 'queue' ? null : String(holder.supplierId),
      waiting: place.lanes === 0 ? (since.get(place.host) ?? now) : null,
      expiresAt: now + (place.lanes === 0 ? laneSeconds.waiting : laneSeconds.take),
    }));
    this.#rows = [...this.#rows.filter((row) => !own.includes(row)), ...places];
  }

  #hostRow(host: string): HostRow {
    const { holdUntil, askedAt, pacedAt, seen, ...stored } = this.#stored(host);
    const { now } = this.#loop;
    return {
      host,
      ...stored,
      hold: Math.ceil(holdUntil - now),
      idle: askedAt === null ? 0 : now - askedAt,
      now: unixMilliseconds(now),
      seen: seen.filter(({ takenAt }) => takenAt >= pacedAt),
    };
  }

  #keep(state: HostState, inUse: number): void {
    const stored = this.#stored(state.host);
    const { now } = this.#loop;
    const { concurrency, best, ceiling, calm, image, in_use, hold, paced, seen } = keptHost(state, inUse);
    Object.assign(stored, { concurrency, best, ceiling, calm, image, in_use, askedAt: now });
    if (paced !== null) stored.pacedAt = paced;
    if (hold > 0) stored.holdUntil = Math.max(stored.holdUntil, now + hold);
    if (seen) stored.seen = [];
  }

  #stored(host: string): StoredHost {
    const known = this.#hosts.get(host);
    if (known) return known;
    const unknown = { best: null, ceiling: null, calm: 0, image: null, in_use: 0, holdUntil: 0, askedAt: null };
    const stored: StoredHost = { concurrency: firstLanes, ...unknown, pacedAt: 0, seen: [] };
    this.#hosts.set(host, stored);
    return stored;
  }

  #count(): void {
    this.#granted.clear();
    for (const { host, lanes } of this.#rows) this.#granted.set(host, (this.#granted.get(host) ?? 0) + lanes);
  }
}

const unixMilliseconds = (seconds: number) => Math.floor(seconds * 1000);
