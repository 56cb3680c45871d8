import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { type Chain, Choice, Condition, JsonPath, Succeed, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { invokeFunction } from './invoke-function.ts';
import { databaseRetry } from './retry-policies.ts';

export type SweepImagesProps = {
  sweepImages: IFunction;
  /** Seconds after its start from which an execution sweeps no more: the next one is about to. */
  forSeconds: number;
};

/**
 * SweepImages: puts what is due into the image queue, again and again until nothing is due. Input: `sweepOptionsSchema`, or
 * anything else; output: `sweepOutputSchema`.
 */
export function sweepImages(scope: Construct, props: SweepImagesProps): Chain {
  const sweep = invokeFunction(scope, 'Sweep', props.sweepImages, {
    payload: {
      startedAt: JsonPath.stringAt('$$.Execution.StartTime'),
      forSeconds: props.forSeconds,
      asked: JsonPath.objectAt('$'),
    },
    timeout: Duration.minutes(6),
    resultPath: '$.swept',
  });
  sweep.addRetry(databaseRetry);
  const waitForLanes = new Wait(scope, 'Wait for lanes', { time: WaitTime.secondsPath('$.swept.waitSeconds') });
  const anyDue = new Choice(scope, 'Any due?')
    .when(Condition.numberGreaterThan('$.swept.waitSeconds', 0), waitForLanes.next(sweep))
    .otherwise(new Succeed(scope, 'Swept'));
  return sweep.next(anyDue);
}
