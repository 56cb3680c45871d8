import { afterEach, describe, expect, it, vi } from 'vitest';
import { startSchedule } from '../../../../local/aws/events/schedule.ts';

/** A Monday. */
const now = new Date('2026-11-23T04:20:00Z');

afterEach(() => vi.useRealTimers());

describe('a schedule expression', () => {
  it.each([
    ['rate(2 hours)', 'UTC', ['2026-11-23T06:20:00Z', '2026-11-23T08:20:00Z']],
    ['rate(1 minute)', 'UTC', ['2026-11-23T04:21:00Z', '2026-11-23T04:22:00Z']],
    ['rate(30 days)', 'UTC', ['2026-12-23T04:20:00Z', '2027-01-22T04:20:00Z']],
    ['cron(0 */2 * * ? *)', 'UTC', ['2026-11-23T06:00:00Z', '2026-11-23T08:00:00Z']],
    ['cron(0/15 10 ? * MON-FRI *)', 'UTC', ['2026-11-23T10:00:00Z', '2026-11-23T10:15:00Z']],
    ['cron(15 10 ? * 6L 2026-2028)', 'UTC', ['2026-11-27T10:15:00Z', '2026-12-25T10:15:00Z']],
    ['cron(0 12 1 * ? *)', 'America/New_York', ['2026-12-01T17:00:00Z', '2027-01-01T17:00:00Z']],
    // On AWS 1 is Sunday.
    ['cron(0 8 ? * 2 *)', 'UTC', ['2026-11-23T08:00:00Z', '2026-11-30T08:00:00Z']],
    ['at(2026-12-24T10:00:00)', 'America/New_York', ['2026-12-24T15:00:00Z']],
  ])('%s in %s runs at %j', (expression, timezone, expected) => {
    vi.useFakeTimers({ now });
    const job = startSchedule(expression, timezone, now);
    expect(job.nextRuns(2)).toEqual(expected.map((time) => new Date(time)));
    job.stop();
  });

  it.each(['rate(0 hours)', 'rate(2 weeks)', 'every 2 hours', 'cron(0 12 * * *)', 'cron(61 * * * ? *)'])(
    '%s is refused',
    (expression) => {
      expect(() => startSchedule(expression, 'UTC', now)).toThrow();
    },
  );
});

describe('a started schedule', () => {
  it('runs after each period until it is stopped', () => {
    vi.useFakeTimers({ now });
    const run = vi.fn();
    const job = startSchedule('rate(2 hours)', 'UTC', now, run);
    vi.advanceTimersByTime(2 * 3600 * 1000 - 1000);
    expect(run).not.toHaveBeenCalled();
    vi.advanceTimersByTime(4 * 3600 * 1000 + 2000);
    expect(run).toHaveBeenCalledTimes(3);
    job.stop();
    vi.advanceTimersByTime(24 * 3600 * 1000);
    expect(run).toHaveBeenCalledTimes(3);
  });
});
