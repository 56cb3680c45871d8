import { Duration } from 'aws-cdk-lib';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { BundledFunction } from './functions/bundled-function.ts';
import { liveAlias } from './live-alias.ts';

/** A function as the target of a rule: events are delivered for a day, and those that were not taken set aside. */
export function eventTarget(
  scope: Construct,
  id: string,
  lambdaFunction: BundledFunction,
  deadLetterQueue: Queue,
): LambdaTarget {
  return new LambdaTarget(liveAlias(scope, id, lambdaFunction, deadLetterQueue), {
    deadLetterQueue,
    retryAttempts: 185,
    maxEventAge: Duration.hours(24),
  });
}
