import { afterEach, describe, expect, it, vi } from 'vitest';
import { startSchedule } from '../../../../local/aws/events/schedule.ts';

const minute = 60_000;

afterEach(() => vi.useRealTimers());

describe('a schedule', () => {
  it.each([
    ['rate(1 minute)', 1],
    ['rate(2 hours)', 120],
    ['rate(24 days)', 24 * 24 * 60],
  ])('%s runs every %i minutes until it is stopped', (expression, minutes) => {
    vi.useFakeTimers();
    const run = vi.fn();
    const stop = startSchedule(expression, run);
    vi.advanceTimersByTime(minutes * minute - 1);
    expect(run).not.toHaveBeenCalled();
    vi.advanceTimersByTime(2 * minutes * minute + 1);
    expect(run).toHaveBeenCalledTimes(3);
    stop();
    vi.advanceTimersByTime(3 * minutes * minute);
    expect(run).toHaveBeenCalledTimes(3);
  });

  it.each([
    'rate(0 hours)',
    'rate(2 weeks)',
    'rate(30 days)',
    'cron(0 12 * * ? *)',
    'at(2026-12-24T10:00:00)',
    'hourly',
  ])('%s is refused', (expression) => {
    expect(() => startSchedule(expression, () => {})).toThrow(expression);
  });
});
