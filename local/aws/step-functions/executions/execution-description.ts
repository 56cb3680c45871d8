import type { DescribeExecutionOutput } from '@aws-sdk/client-sfn';
import type { ExecutionStatusChange } from '../types.ts';
import { redriveStatusOf } from './redrive.ts';
import type { Store } from './store.ts';
import type { ExecutionRecord } from './store-records.ts';

/** What the status-change event carries. */
export function statusChangeOf(record: ExecutionRecord, store: Store): ExecutionStatusChange {
  const { arn, stopDate, startDate, ...execution } = describe(record, store);
  return { ...execution, executionArn: arn, startDate, stopDate };
}

function describe(execution: ExecutionRecord, store: Store) {
  const { arn, stateMachineArn, name, status, input, ...record } = execution;
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
    redriveCount: record.redriveCount,
    redriveDate: record.redriveDate === null ? undefined : new Date(record.redriveDate),
    ...redriveStatusOf(execution, store),
  };
}

/** DescribeExecution's answer. */
export function describeExecution(record: ExecutionRecord, store: Store): DescribeExecutionOutput {
  const { arn, ...execution } = describe(record, store);
  return {
    executionArn: arn,
    ...execution,
    inputDetails: { included: true },
    outputDetails: record.output === null ? undefined : { included: true },
    mapRunArn: record.mapRunArn ?? undefined,
  };
}
