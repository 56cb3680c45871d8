import { randomUUID } from 'node:crypto';
import { executionArn } from '../arns.ts';
import { dataLimitExceeded, payloadLimit } from '../errors.ts';
import type { Execution, Run } from '../executions/execution.ts';
import { ExecutionHistory } from '../executions/execution-history.ts';
import { redriveExecution, redriveStatusOf } from '../executions/redrive.ts';
import type { ExecutionRecord, MapRunRecord } from '../executions/store-records.ts';
import { type CompiledStateMachine, shownTypesOf } from '../state-machine.ts';
import type { Outcome } from '../types.ts';
import type { Batch } from './item-batches.ts';
import type { ChildResult } from './result-writer.ts';

/** The child execution of a Map Run that processes a batch. */
export type Child = { run: Run; end(outcome: Outcome): ChildResult };

/**
 * Standard children are executions that the API shows; Express ones leave no trace but their result, as on AWS. `former` is
 * how the batch's child ended before the Map Run was redriven: a Standard one goes on, an Express one starts anew.
 */
export function startChild(
  processor: CompiledStateMachine,
  mapRun: MapRunRecord,
  batch: Batch,
  { services }: Execution,
  former?: ChildResult,
): Child {
  const { store } = services;
  const standard = processor.type === 'STANDARD';
  const redriven = standard && former?.ExecutionArn !== undefined ? store.execution(former.ExecutionArn) : undefined;
  const record = redriven ?? newRecord(processor, mapRun, batch);
  return {
    run: start(),
    end(outcome) {
      const {
        output = null,
        error = null,
        cause = null,
      } = { output: undefined, ...outcome } as Partial<ExecutionRecord>;
      Object.assign(record, { status: outcome.status, output, error, cause, stopDate: Date.now() });
      if (!standard) return resultOf(record, { redriveStatus: 'NOT_REDRIVABLE' });
      store.saveExecution(record);
      return resultOf(record, redriveStatusOf(record, store));
    },
  };

  function start(): Run {
    const { arn, name, input, startDate } = record;
    if (Buffer.byteLength(input) > payloadLimit) return neverStarted(name);
    if (redriven !== undefined) return redriveExecution(processor, redriven, services);
    if (standard) store.saveExecution(record);
    const history = standard ? new ExecutionHistory(store, arn, shownTypesOf(processor)) : undefined;
    return services.run(processor, input, { arn, name, startDate: new Date(startDate) }, services, history);
  }
}

function newRecord(processor: CompiledStateMachine, mapRun: MapRunRecord, batch: Batch): ExecutionRecord {
  const name = randomUUID();
  return {
    arn: executionArn(processor.arn, name, processor.type, name),
    stateMachineArn: processor.arn,
    mapRunArn: mapRun.arn,
    name,
    status: 'RUNNING',
    input: batch.input,
    output: null,
    error: null,
    cause: null,
    startDate: Date.now(),
    stopDate: null,
    itemCount: batch.items,
    redriveCount: 0,
    redriveDate: null,
  };
}

function neverStarted(name: string): Run {
  const { name: error, message: cause } = dataLimitExceeded(name);
  return { outcome: Promise.resolve({ status: 'FAILED', error, cause }), stop() {} };
}

function resultOf(record: ExecutionRecord, redrive: ReturnType<typeof redriveStatusOf>): ChildResult {
  return {
    ...(record.cause !== null && { Cause: record.cause }),
    ...(record.error !== null && { Error: record.error }),
    ExecutionArn: record.arn,
    Input: record.input,
    InputDetails: { Included: true },
    Name: record.name,
    ...(record.output !== null && { Output: record.output, OutputDetails: { Included: true } }),
    RedriveCount: record.redriveCount,
    RedriveStatus: redrive.redriveStatus,
    ...(redrive.redriveStatusReason !== undefined && { RedriveStatusReason: redrive.redriveStatusReason }),
    StartDate: new Date(record.startDate).toISOString(),
    StateMachineArn: record.stateMachineArn,
    Status: record.status as ChildResult['Status'],
    StopDate: new Date(record.stopDate ?? record.startDate).toISOString(),
  };
}
