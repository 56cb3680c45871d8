import { Duration } from 'aws-cdk-lib';
import { Alias, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

/**
 * The name under which rules, the schedule and the queue invoke a function: it moves to the new version once the
 * migrations have run, whereas the unqualified function has the new code before that.
 *
 * `lostEvents` takes the events that the function failed on, three times. Rules and schedules know no failure but Lambda
 * not taking their event; after that it is Lambda that would drop it without a word.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export function liveAlias(scope: Construct, id: string, lambdaFunction: LambdaFunction, lostEvents?: IQueue): Alias {
  const live = new Alias(scope, id, { aliasName: 'live', version: lambdaFunction.currentVersion });
  if (lostEvents) {
    const onFailure = new SqsDestination(lostEvents);
    live.configureAsyncInvoke({ onFailure, maxEventAge: Duration.hours(6), retryAttempts: 2 });
  }
  return live;
}
