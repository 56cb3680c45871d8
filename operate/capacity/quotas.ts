import { expressSeconds } from '../../workflows/express-time.ts';

/** Limits of AWS in us-east-1 before any increase, as of the date; those marked (?) were not confirmed. */
export const quotas = {
  asOf: '2026-11-23',
  /** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html; concurrency is settings.account's */
  lambda: {
    /** Executions that reservations must leave to the other functions. */
    unreserved: 100,
    /** New environments of one function: 1,000 at once, refilled at 1,000 in 10 s. */
    scaling: { perSecond: 100, burst: 1000 },
    megabytesPerCpu: 1769,
    /** Of convert-queued (infrastructure/functions/). */
    queueConsumerMegabytes: 256,
  },
  /** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
  stepFunctions: {
    /** Children of one Map Run at once. */
    mapConcurrency: 10_000,
    /** Children that Distributed Maps start in a second. */
    expressChildrenPerSecond: 1000,
    expressSeconds,
    /** Of Standard workflows (?); Express has no such limit. */
    transitionsPerSecond: 5000,
  },
  /** A prefix that S3 has given a partition of its own: a burst from zero may meet 503 for minutes. */
  s3: { putsPerSecondAndPrefix: 3500 },
  /** Received and not yet deleted messages of a standard queue. */
  sqs: { inFlightMessages: 120_000 },
} as const;

/** vCPUs of a Graviton instance: 2 up to `large`, then 4 for each `xlarge`. */
export function vCpus(instanceType: string): number {
  const [, factor] = /\.(\d*)xlarge$/.exec(instanceType) ?? [];
  return factor === undefined ? 2 : 4 * Number(factor || 1);
}
