import { Aws, Fn, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { LogGroupProps } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/** A log group that is kept for `days`, one of the numbers that CloudWatch takes, and goes with its stack. */
export function logGroupProps(days: number): LogGroupProps {
  return { retention: days, removalPolicy: RemovalPolicy.DESTROY };
}

/**
 * The same for a log that a service writes by itself. CloudWatch Logs' resource policy, one for all such logs of a Region,
 * has room for 5,120 characters; below /aws/vendedlogs/ a log takes none. The name ends with the id of the stack: none of
 * the same name was there before. https://docs.aws.amazon.com/step-functions/latest/dg/bp-cwl.html
 */
export function vendedLogProps(scope: Construct, name: string, days: number): LogGroupProps {
  const stackUuid = Fn.select(2, Fn.split('/', Aws.STACK_ID));
  return {
    ...logGroupProps(days),
    logGroupName: `/aws/vendedlogs/states/${Stack.of(scope).stackName}-${name}-${stackUuid}`,
  };
}
