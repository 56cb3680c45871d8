import type { DescribeExecutionOutput } from '@aws-sdk/client-sfn';
import type { ExecutionStatusChange } from '../types.ts';
import type { ExecutionRecord } from './store-records.ts';

/** What the status-change event carries. */
export function statusChangeOf(record: ExecutionRecord): ExecutionStatusChange {
  const { arn, stopDate, startDate, ...execution } = describe(record);
  return { ...execution, executionArn: arn, startDate, stopDate };
}

function describe({ arn, stateMachineArn, name, status, input, ...record }: ExecutionRecord) {
  return {
    arn,
    stateMachineArn,
    name,
    status,
    startDate: new Date(record.startDate),
    stopDate: record.stopDate === null ? undefined : new Date(record.stopDate),
    input,
    output: record.output ?? undefined,
    error: record.error ?? undefined,
    cause: record.cause ?? undefined,
  };
}

/** DescribeExecution's answer. */
export function describeExecution(record: ExecutionRecord): DescribeExecutionOutput {
  const { arn, ...execution } = describe(record);
  return {
    executionArn: arn,
    ...execution,
    inputDetails: { included: true },
    outputDetails: record.output === null ? undefined : { included: true },
    mapRunArn: record.mapRunArn ?? undefined,
    redriveCount: 0,
    redriveStatus: 'NOT_REDRIVABLE',
    redriveStatusReason: 'Redrive is not emulated',
  };
}
