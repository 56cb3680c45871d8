/** Requests at once to one host, where no supplier's `maxConcurrency` says otherwise. Scrapy's default per domain, too. */
export const defaultConcurrency = 8;

/** A lane worth its own request slot, and its own share of a statement in record-images. */
export const smallestLane = 20;

/** Seconds that a host is left alone after a 429 or 503 without a Retry-After, and at most after one with it. */
export const defaultHoldSeconds = 10;
export const longestHoldSeconds = 3600;

/** A hold of at most so many seconds is waited for by the batch; for a longer one its images are postponed. */
export const shortHoldSeconds = 5;

/** Seconds after a slow-down in which outcomes neither slow down nor speed up: they were sent at the pace before. */
export const settleSeconds = 30;

/** Codes with which a host asks to be left alone, mostly with a Retry-After. */
export const holdCodes: readonly string[] = ['RATE_LIMITED', 'SERVICE_UNAVAILABLE'];

/** Codes that say "too much", from the host or by its silence. */
export const overloadCodes: readonly string[] = [...holdCodes, 'TIMEOUT'];

/** Seconds to leave the host alone after an outcome with `code`; 0: none asked for. `Retry-After: 0` is a second. */
export function holdSeconds(code: string, retryAfterSeconds: number | null): number {
  if (!holdCodes.includes(code)) return 0;
  return Math.min(Math.max(1, retryAfterSeconds ?? defaultHoldSeconds), longestHoldSeconds);
}
