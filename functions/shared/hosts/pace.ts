/**
 * How many requests at once a host is sent, Take by Take ("Take images" hands out what its lanes convert in some four
 * minutes). Nothing here knows a database or a clock, so that the capacity simulation runs the very same code.
 *
 * - Slow start: the pace doubles until the host shows strain (TCP, RFC 5681).
 * - Delay is a sign of strain before anything is refused: a first byte that takes longer than it did at best is a queue at
 *   the host (TCP Vegas, Brakmo and Peterson 1994; Gradient2Limit of Netflix/concurrency-limits).
 * - After strain the pace comes back to just below what was too much, stays there, and then probes, in steps that grow
 *   (CUBIC, RFC 9438): halving at every refusal of a rate limiter would give away a quarter of what it allows.
 * - A pace of which less than half was used was not tested, and is not raised (RFC 7661).
 */
export type Pace = {
  /** Requests at once. */
  lanes: number;
  /** Shortest median time to the first byte of a Take, milliseconds; null before the first. */
  bestMilliseconds: number | null;
  /** The lanes that were too many last; null: the host has shown no strain yet. */
  ceiling: number | null;
  /** Takes in a row without strain since then. */
  calm: number;
};

/** What the outcomes of a Take said about their host. */
export type Observation = {
  /** Lanes in use, over all imports and the queue. */
  lanes: number;
  requests: number;
  /** Requests answered with 429. */
  rateLimited: number;
  /** Answered with 503, or not in time. */
  unavailable: number;
  /** Median time to the first byte, milliseconds; null where none was measured. */
  firstByteMilliseconds: number | null;
};

/** Requests at once with which an unknown host is asked first. Scrapy's default per domain, too. */
export const firstLanes = 8;

export const startingPace: Pace = { lanes: firstLanes, bestMilliseconds: null, ceiling: null, calm: 0 };

/**
 * Share of 429 that is a sign, beyond chance: a small one, since a 429 with a Retry-After holds back the requests that would be
 * refused after it. Of 503 and time-outs, some hosts stray so many whatever they are asked for.
 */
const rateLimitedShare = 0.003;
/** Of no more lanes than an unknown host is asked with: whoever refuses so few of those does it at random, not by a rate. */
const rateLimitedShareOfFewLanes = 0.01;
const strayShare = 0.05;
/** Medians below are the network's noise, milliseconds. */
const noiseMilliseconds = 25;
/** The median of fewer requests is mostly chance: as the best, it would make a queue of every later one. */
const fewestRequests = 20;
/** Times the best median: the pace grows up to the first, after strain up to the second, and gives way above the third. */
const grows = 1.5;
const growsAfterStrain = 1.25;
const givesWay = 2;
/** Takes at just below the ceiling before it is tested. */
const plateauTakes = 4;
/** Short ones in a row, at most, while steps of a quarter lead from the half back to there. */
const settlingTakes = 3;
/** At so few lanes, what the first byte takes is the best that the host can do now. */
const fewestLanes = 2;

/** The pace of the next Take; `most` is what the setting and the suppliers allow. */
export function nextPace(pace: Pace, seen: Observation, most: number): Pace {
  const next = adapted(pace, seen, most);
  return { ...next, lanes: Math.max(1, Math.min(next.lanes, most)) };
}

function adapted(pace: Pace, seen: Observation, most: number): Pace {
  if (isRefused(pace, seen)) return slower(pace, seen);
  if (!isEnough(pace, seen)) return pace;
  const bestMilliseconds = bestOf(pace, seen);
  const known = { ...pace, bestMilliseconds };
  const delay = bestMilliseconds === null ? 1 : (seen.firstByteMilliseconds ?? bestMilliseconds) / bestMilliseconds;
  // Two standard errors of the median, of times that spread as those of images do.
  const chance = 1 + 2 / Math.sqrt(seen.requests);
  if (delay > givesWay * chance) return givenWay(known, seen.lanes);
  const calm = pace.calm + 1;
  // Slow start ends where a queue begins, before anything is refused, and is still there in a longer Take (HyStart++, RFC 9406).
  if (pace.ceiling === null && delay > grows * chance) {
    return { ...known, ceiling: isInDoubt(pace) ? 2 * pace.lanes : null, calm: 0 };
  }
  // A few 429s of a short Take may be chance, or the first of many: one of half a minute tells.
  if (pace.ceiling === null && !isInDoubt(pace) && isDoubtful(seen, pace.lanes < most)) return { ...known, calm: 0 };
  if (pace.ceiling !== null && delay > growsAfterStrain) {
    // At no more than an unknown host is asked for, or half of what was too much, it is not our pace that is too high: the
    // host has become slower, or its best was chance.
    const isLow = pace.lanes <= firstLanes || 2 * pace.lanes <= pace.ceiling;
    return { ...(isLow ? forgetting(known) : known), calm };
  }
  return faster({ ...known, calm }, seen.lanes, most);
}

/** Whether the last Take of slow start had slower first bytes than the best, or a 429: strain, or chance. */
export const isInDoubt = ({ bestMilliseconds, ceiling, calm }: Pace) =>
  bestMilliseconds !== null && ceiling === null && calm === 0;

/** Any 429 where the pace would double; at its most, more of them than a few. */
const isDoubtful = ({ requests, rateLimited }: Observation, mayGrow: boolean) =>
  rateLimited > (mayGrow ? 0 : rateLimitedShare * requests);

/** Whether the pace comes back from a half. After a step of a quarter or less it is near what the host bears. */
export const isSettling = ({ lanes, ceiling, calm }: Pace) =>
  ceiling !== null && calm < settlingTakes && lanes < 0.7 * ceiling;

/** Whether so much was seen that times mean something: fewer requests than twice the lanes have hardly been side by side. */
export function isEnough(pace: Pace, { requests, lanes }: Observation): boolean {
  return requests >= Math.max(fewestRequests, 2 * Math.min(lanes, pace.lanes));
}

/** Whether the host says "too much": with more refusals than some hosts have whatever they are asked for. */
function isRefused(pace: Pace, { requests, rateLimited, unavailable }: Observation): boolean {
  const borne = pace.lanes <= firstLanes ? rateLimitedShareOfFewLanes : rateLimitedShare;
  // Whoever has shown strain, or perhaps has, is at its limit: a 429 with a long Retry-After ends its Take, as the only one.
  const isKnown = pace.ceiling !== null || isInDoubt(pace);
  const isLimited = rateLimited > (isKnown ? 0 : 1) && isMoreThan(borne * requests, rateLimited, isKnown ? 1 : 3);
  return isLimited || isMoreThan(strayShare * requests, unavailable, 3);
}

/** By so many standard deviations of a Poisson distribution: in a small Take chance alone makes some more. */
function isMoreThan(expected: number, count: number, deviations: number): boolean {
  return count > expected + deviations * Math.sqrt(expected);
}

/** Half at the first sign; later as much less as was refused, and half again, between a tenth and half. */
function slower(pace: Pace, { lanes, requests, rateLimited, unavailable }: Observation): Pace {
  const refused = (rateLimited + unavailable) / requests;
  const kept = pace.ceiling === null ? 0.5 : Math.min(0.9, Math.max(0.5, 1 - 1.5 * refused));
  return { ...pace, ...lowered(pace, lanes, kept) };
}

/** Half, which the host bore before it was doubled; later a quarter less. */
function givenWay(pace: Pace, inUse: number): Pace {
  return { ...forgetting(pace), ...lowered(pace, inUse, pace.ceiling === null ? 0.5 : 0.75) };
}

/** The best is forgotten bit by bit: a host that has moved will never be as fast again. */
function forgetting(pace: Pace): Pace {
  return { ...pace, bestMilliseconds: pace.bestMilliseconds === null ? null : pace.bestMilliseconds * 1.05 };
}

/** What was too much is what was in use, however much more was allowed. */
function lowered(pace: Pace, inUse: number, kept: number): Pick<Pace, 'lanes' | 'ceiling' | 'calm'> {
  const ceiling = Math.max(1, Math.min(pace.lanes, inUse));
  return { lanes: Math.max(1, Math.floor(ceiling * kept)), ceiling, calm: 0 };
}

function faster(pace: Pace, inUse: number, most: number): Pace {
  // Of a pace that is shared evenly, more than half is used, whatever the shares leave over.
  if (2 * inUse <= pace.lanes) return pace;
  if (pace.ceiling === null) return { ...pace, lanes: Math.max(pace.lanes, Math.min(2 * inUse, most)) };
  const steps = Math.min(4, Math.max(0, pace.calm - plateauTakes));
  const ceiling = steps === 0 ? pace.ceiling : pace.ceiling + Math.max(1, Math.round((pace.ceiling * steps) / 16));
  const quarter = Math.max(pace.lanes + 1, Math.floor(pace.lanes * 1.25));
  const lanes = Math.max(pace.lanes, Math.min(quarter, justBelow(ceiling)));
  return { ...pace, ceiling, lanes };
}

const justBelow = (ceiling: number) => Math.floor(ceiling * 0.95);

function bestOf({ bestMilliseconds }: Pace, { firstByteMilliseconds, lanes }: Observation): number | null {
  if (firstByteMilliseconds === null) return bestMilliseconds;
  const measured = Math.max(firstByteMilliseconds, noiseMilliseconds);
  if (bestMilliseconds === null || lanes <= fewestLanes) return measured;
  return Math.min(bestMilliseconds, measured);
}

/** Seconds without a request after which a host is as good as unknown. */
export const forgottenSeconds = 3600;

/** The pace of a host that has not been asked for long: no faster than an unknown one, and to be learnt anew (RFC 2861). */
export function resumedPace(pace: Pace): Pace {
  return { ...startingPace, lanes: Math.min(pace.lanes, firstLanes) };
}

/** The median of the medians of batches, each as often as it has requests; null of none. */
export function weightedMedian(values: readonly { value: number; weight: number }[]): number | null {
  const sorted = [...values].sort((a, b) => a.value - b.value);
  let left = sorted.reduce((total, { weight }) => total + weight, 0) / 2;
  for (const { value, weight } of sorted) {
    left -= weight;
    if (left <= 0) return value;
  }
  return null;
}
