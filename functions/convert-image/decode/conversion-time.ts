import { ImageError } from '../image-error.ts';

/** Until when (Unix time in milliseconds) one image may be decoded and encoded, all its pipelines together. */
export type ConversionTime = { until: number; says: string };

/** The limit in seconds, or what is `left` of the invocation where that is less. */
export function conversionTime(limit: number, left = Number.POSITIVE_INFINITY): ConversionTime {
  const seconds = Math.max(0, Math.min(limit, left));
  const says = left < limit ? `the ${seconds.toFixed(1)} seconds that fetching left` : `${limit} seconds`;
  return { until: Date.now() + seconds * 1000, says };
}

/** What is left for the next pipeline, as sharp takes it: whole seconds, 0 being no limit. Throws where nothing is. */
export function secondsLeft(time: ConversionTime): number {
  const left = Math.ceil((time.until - Date.now()) / 1000);
  if (left <= 0) throw conversionTimedOut(time);
  return left;
}

export function conversionTimedOut({ says }: ConversionTime, options?: ErrorOptions): ImageError {
  return new ImageError('CONVERSION_TIMED_OUT', `Decoding and encoding took more than ${says}.`, options);
}
