import type { RenditionSize } from '../../schema/index.ts';
import { transientErrors } from '../../workflows/errors.ts';
import type { ImageOutcome } from '../../workflows/payloads/images.ts';
import { hexToUuid } from '../shared/hash.ts';
import { holdSeconds, longestWaitSeconds } from '../shared/hosts/politeness.ts';
import { codeOfCrash } from '../shared/images/crash-code.ts';
import { nextAttemptAt } from '../shared/images/retry-schedule.ts';

/** An outcome as the columns of images have it, and what it says about the image's host. */
export type ImageRecord = {
  id: number;
  attempts: number;
  outcome: 'converted' | 'not_modified' | 'failed' | 'refused' | 'postponed';
  error_code?: string;
  error_message?: string;
  next_attempt_at?: Date | null;
  etag?: string | null;
  last_modified?: string | null;
  source_hash?: string;
  base_url?: string;
  object_key?: string;
  renditions?: Record<string, RenditionSize>;
  first_byte_milliseconds?: number | null;
  hold_seconds?: number;
};

/** Long enough for any sentence of ours; a hostile server's text may be in it. */
const longestMessage = 1000;

/** `isOwed`: of an import, which asks again itself where the host says when. */
export function imageRecord(outcome: ImageOutcome, now: Date, isOwed: boolean): ImageRecord {
  const first_byte_milliseconds = outcome.status === 'crashed' ? null : outcome.firstByteMilliseconds;
  const base = { id: outcome.imageId, attempts: outcome.attempt, first_byte_milliseconds };
  switch (outcome.status) {
    case 'converted':
      return { ...base, outcome: 'converted', ...conversion(outcome) };
    case 'not_modified':
      return { ...base, outcome: 'not_modified' };
    case 'postponed':
      return {
        ...base,
        outcome: 'postponed',
        next_attempt_at: new Date(now.getTime() + outcome.retryAfterSeconds * 1000),
      };
    case 'failed': {
      const failed = failure(outcome, now);
      if (!isOwed || !isWaitedFor(outcome, failed.hold_seconds)) return { ...base, outcome: 'failed', ...failed };
      return { ...base, outcome: 'refused', ...failed, next_attempt_at: null };
    }
    case 'crashed': {
      // The waits for the host were used up: no request was sent.
      if (outcome.error === transientErrors.hostOnHold) return { ...base, outcome: 'postponed', next_attempt_at: now };
      const { code, message } = codeOfCrash(outcome.error, outcome.cause);
      const crash = { code, message, attempt: outcome.attempt, retryAfterSeconds: null };
      return { ...base, outcome: 'failed', ...failure(crash, now) };
    }
  }
}

function conversion(outcome: Extract<ImageOutcome, { status: 'converted' }>) {
  return {
    etag: outcome.etag,
    last_modified: outcome.lastModified,
    source_hash: hexToUuid(outcome.sourceSha256),
    base_url: outcome.baseUrl,
    object_key: outcome.objectKey,
    renditions: outcome.renditions,
  };
}

type Failure = { code: string; message: string; attempt: number; retryAfterSeconds: number | null };

/** Whether the host has said nothing about the image but when to ask again, and an import waits for so long. */
function isWaitedFor({ code, retryAfterSeconds }: Failure, hold: number): boolean {
  return (code === 'RATE_LIMITED' || retryAfterSeconds !== null) && hold > 0 && hold <= longestWaitSeconds;
}

function failure({ code, message, attempt, retryAfterSeconds }: Failure, now: Date) {
  return {
    error_code: code,
    // NUL and lone surrogates, which a server may have put into a header, have no place in PostgreSQL's text.
    error_message: message.slice(0, longestMessage).replaceAll('\0', '\ufffd').toWellFormed(),
    next_attempt_at: nextAttemptAt(code, attempt, now, retryAfterSeconds),
    hold_seconds: holdSeconds(code, retryAfterSeconds),
  };
}
