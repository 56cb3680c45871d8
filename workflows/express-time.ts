import { Duration } from 'aws-cdk-lib';
import { batchMilliseconds } from './batch-time.ts';
import { hostHoldRetry, imageBlipRetry, imageServiceRetry, recordRetry } from './retry-policies.ts';

/**
 * Seconds after which an Express execution ends, whatever it is doing.
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
export const expressSeconds = 300;

/**
 * Seconds an Express child can take at worst: it must stay under `expressSeconds`. An image is begun as long as the batch has time
 * (`batchMilliseconds`); a retry of the last one, begun after that, is answered at once.
 */
export function worstCaseSeconds(props: { convertTimeout: Duration; recordTimeout: Duration }): number {
  const waits = [hostHoldRetry, imageBlipRetry, imageServiceRetry].map(waitSeconds);
  const lastImage = waits.reduce((total, wait) => total + wait, props.convertTimeout.toSeconds());
  // A database that hangs rather than refuses: one timeout, then the retries' waits.
  const record = props.recordTimeout.toSeconds() + waitSeconds(recordRetry);
  return batchMilliseconds / 1000 + lastImage + record;
}

/** Sum of the waits before each retry, with full jitter at its worst. */
export function waitSeconds(retry: {
  interval?: Duration;
  backoffRate?: number;
  maxDelay?: Duration;
  maxAttempts?: number;
}): number {
  const interval = (retry.interval ?? Duration.seconds(1)).toSeconds();
  const cap = retry.maxDelay?.toSeconds() ?? Number.POSITIVE_INFINITY;
  let total = 0;
  for (let attempt = 0; attempt < (retry.maxAttempts ?? 3); attempt += 1) {
    total += Math.min(interval * (retry.backoffRate ?? 2) ** attempt, cap);
  }
  return total;
}
