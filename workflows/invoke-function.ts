import type { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { TaskInput, Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';

/**
 * A Task that invokes a function. Its result is what the function returns, without Lambda's own answer around it; what is
 * retried is the state machine's to say (retry-policies.ts). `payload`: the state's input where there is none.
 */
export function invokeFunction(
  scope: Construct,
  id: string,
  lambdaFunction: IFunction,
  {
    payload,
    timeout,
    resultPath,
  }: {
    payload?: Record<string, unknown>;
    timeout: Duration;
    resultPath?: string;
  },
): LambdaInvoke {
  return new LambdaInvoke(scope, id, {
    lambdaFunction,
    ...(payload && { payload: TaskInput.fromObject(payload) }),
    payloadResponseOnly: true,
    retryOnServiceExceptions: false,
    taskTimeout: Timeout.duration(timeout),
    resultPath,
  });
}
