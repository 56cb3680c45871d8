/** Somebody else who holds lanes or waits for some, at a host or anywhere. */
export type OtherHolder = {
  lanes: number;
  /** Lanes that it has work for. */
  wanted: number;
  /** Has none, and has asked for one for longer. */
  isNext: boolean;
};

/**
 * How many of `total` lanes somebody gets who has work for `wanted`: what the others leave, an equal share at most where
 * there are not enough for all, and none that somebody is waiting for who came before.
 */
export function laneShare(total: number, wanted: number, others: readonly OtherHolder[]): number {
  const taken = others.reduce((sum, { lanes, isNext }) => sum + (isNext ? 1 : lanes), 0);
  const fair = fairShare(
    total,
    others.map((other) => other.wanted),
  );
  return Math.max(0, Math.min(wanted, total - taken, Math.max(1, fair)));
}

/**
 * What one more has of `total` where the others want so much each: who wants less than an equal share leaves the rest to
 * those who want more (max-min fairness: Bertsekas and Gallager, Data Networks, 6.5.2).
 */
export function fairShare(total: number, others: readonly number[]): number {
  let left = total;
  let sharers = others.length + 1;
  for (const wanted of [...others].sort((a, b) => a - b)) {
    if (wanted > left / sharers) break;
    left -= wanted;
    sharers -= 1;
  }
  return Math.floor(left / sharers);
}
