import { expect, it, vi } from 'vitest';
import { conversionTime, secondsLeft } from '../../../../functions/convert-image/decode/conversion-time.ts';

it('is one for all pipelines of an image: each gets what those before it left', () => {
  vi.useFakeTimers();
  const time = conversionTime(20);
  expect(secondsLeft(time)).toBe(20);
  vi.advanceTimersByTime(18_500);
  // Whole seconds, as sharp takes them, and never 0, which would be no limit.
  expect(secondsLeft(time)).toBe(2);
  vi.advanceTimersByTime(1400);
  expect(secondsLeft(time)).toBe(1);
  vi.advanceTimersByTime(200);
  expect(() => secondsLeft(time)).toThrow('Decoding and encoding took more than 20 seconds.');
  vi.useRealTimers();
});

it.each([
  [20, 30, '20 seconds'],
  [20, 3.25, 'the 3.3 seconds that fetching left'],
  [20, -4, 'the 0.0 seconds that fetching left'],
])('of %s s, with %s s left of the invocation, is %s', (limit, left, says) => {
  expect(conversionTime(limit, left).says).toBe(says);
});
