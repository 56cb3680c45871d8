import { Duration } from 'aws-cdk-lib';
import { JitterType, type RetryProps } from 'aws-cdk-lib/aws-stepfunctions';
import { lambdaServiceErrors, transientErrors } from './errors.ts';

/**
 * For functions that talk to the database: rides out a failover of RDS (60–120 s), and a crowd of imports that keep a
 * function's few environments busy. Worst-case wait with full jitter: 2 + 4 + 8 + 16 + 32 + 60 × 13 = 842 s.
 */
export const databaseRetry: RetryProps = {
  errors: [transientErrors.database, transientErrors.service, ...lambdaServiceErrors],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxDelay: Duration.seconds(60),
  maxAttempts: 18,
  jitterStrategy: JitterType.FULL,
};

/**
 * For "Write product chunk": a file of products is not given up because the database is down for long. Worst-case wait:
 * 2 + 4 + 8 + 16 + 32 + 60 × 235 = 14,162 s, some four hours; half of that with the jitter's mean.
 */
export const writeRetry: RetryProps = { ...databaseRetry, maxAttempts: 240 };

/**
 * As {@link databaseRetry}, within an Express child, which ends after 300 s whatever it waits for.
 * Worst-case wait: 2 + 4 + 8 + 16 + 20 + 20 = 70 s.
 */
export const recordRetry: RetryProps = { ...databaseRetry, maxDelay: Duration.seconds(20), maxAttempts: 6 };

/** For functions that talk to S3 only. Worst-case wait: 2 + 4 + 8 + 16 = 30 s. */
export const storageRetry: RetryProps = {
  errors: [transientErrors.service, ...lambdaServiceErrors],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxAttempts: 4,
  jitterStrategy: JitterType.FULL,
};

/** A supplier's server that stumbled gets two more chances within the execution. Worst-case wait: 2 + 4 = 6 s. */
export const imageBlipRetry: RetryProps = {
  errors: [transientErrors.imageBlip],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxAttempts: 2,
  jitterStrategy: JitterType.FULL,
};

/**
 * A host that wants to be left alone for seconds: the whole lane waits, and no Lambda with it. Worst-case wait:
 * 2 + 4 + 8 + 8 = 22 s.
 */
export const hostHoldRetry: RetryProps = {
  errors: [transientErrors.hostOnHold],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxDelay: Duration.seconds(8),
  maxAttempts: 4,
  jitterStrategy: JitterType.FULL,
};

/** Throttled or faulty Lambda, S3 that answers 503. Worst-case wait: 1 + 2 + 4 + 8 = 15 s. */
export const imageServiceRetry: RetryProps = {
  errors: [transientErrors.service, ...lambdaServiceErrors],
  interval: Duration.seconds(1),
  backoffRate: 2,
  maxAttempts: 4,
  jitterStrategy: JitterType.FULL,
};

/** S3 that fails a Map Run's reader or writer. A new Map Run repeats what was done, harmlessly. Worst-case wait: 5 + 10 = 15 s. */
export const mapRunRetry: RetryProps = {
  errors: ['States.ItemReaderFailed', 'States.ResultWriterFailed'],
  interval: Duration.seconds(5),
  backoffRate: 2,
  maxAttempts: 2,
  jitterStrategy: JitterType.FULL,
};

/** EventBridge's own faults. Worst-case wait: 2 + 4 + 8 = 14 s. */
export const eventsRetry: RetryProps = {
  errors: ['EventBridge.InternalException', 'EventBridge.EventBridgeException', 'EventBridge.SdkClientException'],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxAttempts: 3,
  jitterStrategy: JitterType.FULL,
};
