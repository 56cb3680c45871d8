import type { Rendition } from '../../schema/index.ts';
import type { ImageOutcome } from '../../workflows/payloads.ts';
import { codeOfCrash, nextAttemptAt } from '../shared/image-error-codes.ts';

/** An outcome as the columns of images have it; `url`, size and bytes are those of the `large` rendition. */
export type ImageRecord = {
  id: number;
  attempts: number;
  outcome: 'converted' | 'not_modified' | 'failed';
  error_code?: string;
  error_message?: string;
  next_attempt_at?: Date | null;
  etag?: string | null;
  last_modified?: string | null;
  source_sha256?: string;
  object_key?: string;
  renditions?: Record<string, Rendition>;
  url?: string;
  width?: number;
  height?: number;
  bytes?: number;
};

/** Long enough for any sentence of ours; a hostile server's text may be in it. */
const longestMessage = 1000;

export function imageRecord(outcome: ImageOutcome, now: Date): ImageRecord {
  const base = { id: outcome.imageId, attempts: outcome.attempt };
  switch (outcome.status) {
    case 'converted':
      return { ...base, outcome: 'converted', ...conversion(outcome) };
    case 'not_modified':
      return { ...base, outcome: 'not_modified' };
    case 'failed':
      return { ...base, outcome: 'failed', ...failure(outcome, now) };
    case 'crashed': {
      const { code, message } = codeOfCrash(outcome.error, outcome.cause);
      const crash = { code, message, attempt: outcome.attempt, retryAfterSeconds: null };
      return { ...base, outcome: 'failed', ...failure(crash, now) };
    }
  }
}

function conversion(outcome: Extract<ImageOutcome, { status: 'converted' }>) {
  // A set of renditions without `large` still has a picture to show: its first.
  const shown = outcome.renditions.large ?? Object.values(outcome.renditions)[0];
  if (!shown) throw new Error(`Image ${outcome.imageId} was converted into no rendition`);
  return {
    etag: outcome.etag,
    last_modified: outcome.lastModified,
    source_sha256: outcome.sourceSha256,
    object_key: outcome.objectKey,
    renditions: outcome.renditions,
    url: shown.url,
    width: shown.width,
    height: shown.height,
    bytes: shown.bytes,
  };
}

type Failure = { code: string; message: string; attempt: number; retryAfterSeconds: number | null };

function failure({ code, message, attempt, retryAfterSeconds }: Failure, now: Date) {
  return {
    error_code: code,
    // NUL and lone surrogates, which a server may have put into a header, have no place in PostgreSQL's text.
    error_message: message.slice(0, longestMessage).replaceAll('\0', '\ufffd').toWellFormed(),
    next_attempt_at: nextAttemptAt(code, attempt, now, retryAfterSeconds),
  };
}
