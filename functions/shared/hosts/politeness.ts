/** Seconds that a host is left alone after a 429 or 503 without a Retry-After, and at most after one with it. */
const defaultHoldSeconds = 10;
const longestHoldSeconds = 3600;

/** A hold of at most so many seconds is waited for by the batch; for a longer one its images are postponed. */
export const shortHoldSeconds = 5;

/** Codes with which a host asks to be left alone, mostly with a Retry-After. */
export const holdCodes: readonly string[] = ['RATE_LIMITED', 'SERVICE_UNAVAILABLE'];

/** Seconds to leave the host alone after an outcome with `code`; 0: none asked for. `Retry-After: 0` is a second. */
export function holdSeconds(code: string, retryAfterSeconds: number | null): number {
  if (!holdCodes.includes(code)) return 0;
  return Math.min(Math.max(1, retryAfterSeconds ?? defaultHoldSeconds), longestHoldSeconds);
}

/** An import waits for a host that wants to be left alone for so many seconds at most, and leaves it to the sweeps otherwise. */
export const longestWaitSeconds = 300;
