import {
  forgottenSeconds,
  isEnough,
  nextPace,
  type Observation,
  type Pace,
  resumedPace,
  weightedMedian,
} from './pace.ts';

/**
 * A host that has refused so many requests in a row, one at a time and each after it was left alone for as long as it asked
 * for, is left alone for so long; imports leave it to the sweeps.
 */
const exhaustedRequests = 8;
const exhaustedSeconds = 900;

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
  /** It refuses whatever it is asked. */
  isExhausted: boolean;
  /** What was seen has been taken into account, and is removed. */
  isSeen: boolean;
  /** In use when what is kept was seen; 0 where nothing is kept. */
  lanesOfKept: number;
};

/** A host as it is stored, with what was seen of it since its pace last changed. Seconds; `now` is Unix time in milliseconds. */
export type HostRow = {
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
/** What a batch's outcomes said. Milliseconds. */
export type SeenBatch = {
  requests: number;
  rate_limited: number;
  unavailable: number;
  first_byte: number | null;
  image: number | null;
};

/** The host, its pace having followed what was seen. */
export function stateOf(row: HostRow, demand: Demand, mostPerHost: number): HostState {
  const stored = { lanes: row.concurrency, bestMilliseconds: row.best, ceiling: row.ceiling, calm: row.calm };
  const isForgotten = row.idle > forgottenSeconds;
  const before = isForgotten ? resumedPace(stored) : stored;
  const seen = isForgotten ? null : observationOf(row);
  // A supplier that allows more gives a permission; one that allows less binds its own images alone.
  const most = Math.max(mostPerHost, demand.limit);
  const pace = seen ? nextPace(before, seen, Math.max(most, before.lanes)) : before;
  const refusesAll = seen !== null && before.lanes === 1 && seen.rateLimited + seen.unavailable === seen.requests;
  const isExhausted = refusesAll && seen.requests >= exhaustedRequests;
  const isRepaced = pace.lanes !== stored.lanes;
  const enough = seen !== null && !refusesAll && isEnough(before, seen);
  const isSeen = isRepaced || enough || isExhausted || isForgotten;
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
    isSeen,
    lanesOfKept: seen === null || isSeen ? 0 : row.in_use,
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

/** Of an image, by the batches seen; as it was before where none was. The median: some batches begin with cold starts. */
function imageSecondsOf({ seen, image }: HostRow): number | null {
  const measured = seen.flatMap(({ image: value, requests: weight }) => (value === null ? [] : [{ value, weight }]));
  const milliseconds = weightedMedian(measured) ?? image;
  return milliseconds === null ? null : milliseconds / 1000;
}

/**
 * What is kept of a host once lanes are granted there: `inUse` of them, none while it is on hold. What was seen until then was
 * asked for by those before.
 */
export function keptHost(state: HostState, inUse: number) {
  const { host, pace, imageSeconds, now, isRepaced, isExhausted, isSeen, lanesOfKept } = state;
  return {
    host,
    concurrency: pace.lanes,
    best: pace.bestMilliseconds === null ? null : Math.round(pace.bestMilliseconds),
    ceiling: pace.ceiling,
    calm: Math.min(pace.calm, 1000),
    image: imageSeconds === null ? null : Math.round(imageSeconds * 1000),
    in_use: Math.max(inUse, lanesOfKept),
    hold: isExhausted ? exhaustedSeconds : 0,
    paced: isRepaced ? now : null,
    seen: isSeen,
  };
}
