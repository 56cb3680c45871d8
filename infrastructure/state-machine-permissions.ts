import { type CfnResource, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { IConstruct } from 'constructs';
import { itemsPrefix, resultsPrefix } from '../workflows/map-run-files.ts';
import { acknowledge } from './acknowledge.ts';
import type { BundledFunction } from './functions/bundled-function.ts';

/**
 * Lets `machine` call every version of `functions`. CDK grants those that the new definition names; executions in flight
 * call the versions of the definition that they started with, which a deployment must not take from them.
 */
export function allowVersionsInFlight(machine: StateMachine, functions: readonly BundledFunction[]): void {
  const resources = functions.map(({ functionArn }) => `${functionArn}:*`);
  machine.addToRolePolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources }));
  for (const lambdaFunction of functions) {
    const rule = `AwsSolutions-IAM5[Resource::<${logicalId(lambdaFunction)}.Arn>:*]`;
    acknowledge(machine, { [rule]: 'Executions in flight call the versions that they started with.' });
  }
}

/** What CDK grants every state machine with logs and traces, as AWS documents it. */
export function acknowledgeServices(machine: StateMachine): void {
  acknowledge(machine, {
    'AwsSolutions-IAM5[Resource::*]': 'The actions of X-Ray and of the delivery of logs take no resource.',
  });
}

/** What CDK grants a state machine with Distributed Maps over files in `bucket`, as AWS documents it. */
export function acknowledgeMapRuns(machine: StateMachine, bucket: Bucket): void {
  const name = `{"Fn::Select":[6,{"Fn::Split":[":",{"Ref":"${logicalId(machine)}"}]}]}`;
  const execution = `arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:${name}`;
  const mapRuns = 'Executions of this machine’s Map Runs, whose names are made at run time.';
  acknowledge(machine, {
    [`AwsSolutions-IAM5[Resource::${execution}:*]`]: mapRuns,
    [`AwsSolutions-IAM5[Resource::${execution}/*:*]`]: mapRuns,
  });
  for (const prefix of [itemsPrefix, resultsPrefix]) {
    acknowledge(machine, {
      [`AwsSolutions-IAM5[Resource::<${logicalId(bucket)}.Arn>/${prefix}*]`]:
        'The items of a Map Run and its results: keys go on with an import or the Map Run, made at run time.',
    });
  }
}

function logicalId(construct: IConstruct): string {
  return Stack.of(construct).getLogicalId(construct.node.defaultChild as CfnResource);
}
