import { imageErrorCodes, isImageErrorCode } from './image-error-codes.ts';

/** Hours to wait after the first, second … failed attempt; after the last the image is given up. */
export const retryScheduleHours = [2, 4, 8, 24, 48] as const;

const hour = 3_600_000;

/**
 * When an image that failed with `code` on its `attempt`-th attempt (from 1) is due again; null: given up. A Retry-After
 * beyond the schedule is honoured up to the schedule's longest wait. A code this version does not know is retried.
 */
export function nextAttemptAt(
  code: string,
  attempt: number,
  now: Date,
  retryAfterSeconds: number | null = null,
): Date | null {
  if (isImageErrorCode(code) && !imageErrorCodes[code].retry) return null;
  const hours = retryScheduleHours[attempt - 1];
  if (hours === undefined) return null;
  const longest = Math.max(...retryScheduleHours) * hour;
  const wait = Math.max(hours * hour, Math.min((retryAfterSeconds ?? 0) * 1000, longest));
  return new Date(now.getTime() + wait);
}
