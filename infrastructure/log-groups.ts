import { RemovalPolicy } from 'aws-cdk-lib';
import type { LogGroupProps } from 'aws-cdk-lib/aws-logs';

/** A log group that is kept for `days`, one of the numbers that CloudWatch takes, and goes with its stack. */
export function logGroupProps(days: number): LogGroupProps {
  return { retention: days, removalPolicy: RemovalPolicy.DESTROY };
}
