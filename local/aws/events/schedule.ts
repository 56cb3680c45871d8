import { Cron } from 'croner';

/** The expression is none of EventBridge Scheduler's. */
export class InvalidScheduleError extends Error {
  override name = 'InvalidSchedule';
}

const unitSeconds: Record<string, number> = { minute: 60, hour: 3600, day: 86_400 };

/**
 * The job of a schedule expression, paused where it has no `run`; its timer keeps no process alive.
 *
 * `rate(2 hours)` runs for the first time after two hours, counted from `from`, where AWS runs it at once: a laptop's
 * stack starts often. `cron(15 10 ? * 6L 2026-2028)` and `at(2026-12-24T10:00:00)` are read in `timezone`.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function startSchedule(expression: string, timezone: string, from = new Date(), run?: () => void): Cron {
  const [, kind, argument = ''] = /^(rate|cron|at)\((.+)\)$/.exec(expression) ?? [];
  const options = { timezone, unref: true, paused: run === undefined };
  if (kind === 'cron') return new Cron(toCroner(argument), { ...options, alternativeWeekdays: true }, run);
  if (kind === 'at') return new Cron(argument, options, run);
  const [, count, unit = ''] = /^(\d+) (minute|hour|day)s?$/.exec(argument) ?? [];
  const seconds = Number(count) * (unitSeconds[unit] ?? 0);
  if (kind !== 'rate' || !(seconds > 0)) {
    throw new InvalidScheduleError(`Expected rate(…), cron(…) or at(…), got ${expression}`);
  }
  const startAt = new Date(from.getTime() + seconds * 1000);
  return new Cron('* * * * * *', { ...options, interval: seconds, startAt }, run);
}

/** The greatest value of each of AWS's six fields: minutes, hours, day of month, month, day of week, year. */
const greatest = [59, 23, 31, 12, 7, 2199];

/** AWS's fields have no seconds, and `0/15` for "every 15 from 0", which croner writes `0-59/15`. */
function toCroner(fields: string): string {
  const parts = fields.trim().split(/\s+/);
  if (parts.length !== 6) throw new InvalidScheduleError(`Expected cron() with six fields, got cron(${fields})`);
  const converted = parts.map((part, index) => part.replace(/(^|,)(\d+)\//g, `$1$2-${greatest[index]}/`));
  return `0 ${converted.join(' ')}`;
}
