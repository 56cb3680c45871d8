/** The expression is none that is emulated. */
export class InvalidScheduleError extends Error {
  override name = 'InvalidSchedule';
}

const unitSeconds: Record<string, number> = { minute: 60, hour: 3600, day: 86_400 };

/** Node's timers fire at once beyond 2³¹−1 ms. */
const longestSeconds = 2_147_483;

/**
 * Runs `run` as often as `rate(2 hours)` says, for the first time after two hours, where AWS runs it at once: a laptop's
 * stack starts often. Returns what stops it; its timer keeps no process alive. Throws {@link InvalidScheduleError}.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function startSchedule(expression: string, run: () => void): () => void {
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const seconds = Number(count) * (unitSeconds[unit] ?? 0);
  if (!(seconds > 0 && seconds <= longestSeconds)) {
    throw new InvalidScheduleError(`Expected rate(…) of 1 minute to 24 days, got ${expression}`);
  }
  const timer = setInterval(run, seconds * 1000).unref();
  return () => clearInterval(timer);
}
