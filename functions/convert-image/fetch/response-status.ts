import type { ImageErrorCode } from '../../shared/images/image-error-codes.ts';
import { ImageError } from '../image-error.ts';

const codes: Record<number, ImageErrorCode> = {
  204: 'EMPTY_BODY',
  205: 'EMPTY_BODY',
  401: 'FORBIDDEN',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  407: 'FORBIDDEN',
  408: 'TIMEOUT',
  410: 'GONE',
  429: 'RATE_LIMITED',
  451: 'FORBIDDEN',
};

/** What a status other than 200, 304 and the redirects says about the image. */
export function statusError(status: number, host: string, retryAfter: string | undefined, now: Date): ImageError {
  const retryAfterSeconds = parseRetryAfter(retryAfter, now);
  const message = `${host} answered ${status}; expected 200.`;
  if (status === 503 && retryAfterSeconds !== null) {
    return new ImageError('SERVICE_UNAVAILABLE', message, { retryAfterSeconds });
  }
  const failing = status >= 500 && status < 600;
  const code = codes[status] ?? (failing ? 'SERVER_ERROR' : 'HTTP_ERROR');
  return new ImageError(code, message, { retryAfterSeconds, blip: failing || status === 408 });
}

const week = 7 * 24 * 3600;

/** Seconds from a Retry-After of either form, at most a week; null where there is none to read. */
function parseRetryAfter(value: string | undefined, now: Date): number | null {
  if (value === undefined) return null;
  const text = value.trim();
  // Date.parse would make a date of `1.5` and `-5`, too.
  const date = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  const seconds = /^\d+$/.test(text) ? Number(text) : Math.ceil((date - now.getTime()) / 1000);
  return Number.isNaN(seconds) ? null : Math.min(Math.max(seconds, 0), week);
}
