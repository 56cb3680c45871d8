import { randomUUID } from 'node:crypto';
import { executionArn } from '../arns.ts';
import { dataLimitExceeded, ExecutionStoppedError, payloadLimit, StateError } from '../errors.ts';
import type { Execution, Run } from '../executions/execution.ts';
import { ExecutionHistory } from '../executions/execution-history.ts';
import type { ExecutionRecord, MapRunRecord } from '../executions/store-records.ts';
import { type CompiledStateMachine, shownTypesOf } from '../state-machine.ts';
import type { Outcome } from '../types.ts';
import type { MapSettings } from './distributed-map-definition.ts';
import type { Batch } from './item-batches.ts';
import type { LiveMapRun } from './live-map-runs.ts';
import { type CountedState, countTransition } from './map-run-counts.ts';
import type { ChildResult } from './result-writer.ts';

/** Children at once where the state does not say: the most that AWS runs. */
const defaultConcurrency = 10_000;

const countedAs: Record<Outcome['status'], CountedState> = {
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'timedOut',
  ABORTED: 'aborted',
};

type Children = {
  processor: CompiledStateMachine;
  /** Emptied as children start. */
  waiting: Batch[];
  live: LiveMapRun;
  execution: Execution;
  /** Called once for each batch, in the order in which they end; `index` is that of the batch. */
  onResult: (result: ChildResult, index: number) => void;
};

/**
 * Runs a child execution for every batch, at most MaxConcurrency at once, as it is by then. Throws
 * States.ExceedToleratedFailureThreshold as soon as more items failed than tolerated, with the children that still ran
 * aborted and the batches not started reported as PENDING.
 */
export async function runChildren({ processor, waiting, live, execution, onResult }: Children) {
  const { settings, record: mapRun } = live;
  const { counts } = mapRun;
  const { store } = execution.services;
  const running = new Set<Run>();
  let breached = false;
  let over = false;
  let next = 0;
  let workers = 0;
  const done = Promise.withResolvers<void>();
  const stopAll = () => {
    over = true;
    for (const child of running) child.stop();
  };
  if (execution.signal.aborted) throw new ExecutionStoppedError();
  execution.signal.addEventListener('abort', stopAll, { once: true });

  const concurrency = () => settings.maxConcurrency || defaultConcurrency;
  function employ(): void {
    for (let more = Math.min(concurrency() - workers, waiting.length - next); more > 0 && !over; more -= 1) void work();
    if (workers === 0) done.resolve();
  }
  /** One more worker, until there is no batch left or are more workers than may be. */
  async function work(): Promise<void> {
    workers += 1;
    try {
      for (let batch = waiting[next]; batch !== undefined && !over; batch = waiting[next]) {
        const index = next;
        next += 1;
        delete waiting[index];
        await runChild(batch, index);
        if (workers > concurrency()) break;
      }
    } catch (error) {
      done.reject(error);
    }
    workers -= 1;
    if (workers === 0) done.resolve();
  }
  function stopIfBreached(): void {
    if (!isBreached(settings, mapRun)) return;
    breached = true;
    stopAll();
  }
  async function runChild(batch: Batch, index: number): Promise<void> {
    countTransition(counts, batch.items, 'pending', 'running');
    store.saveMapRun(mapRun);
    const record = newRecord(processor, mapRun, batch);
    const child = start(processor, record, execution);
    running.add(child);
    const outcome = await child.outcome;
    running.delete(child);
    countTransition(counts, batch.items, 'running', countedAs[outcome.status]);
    store.saveMapRun(mapRun);
    end(processor, record, outcome, execution);
    stopIfBreached();
    onResult(resultOf(record), index);
  }

  try {
    live.onUpdate = () => {
      stopIfBreached();
      employ();
    };
    employ();
    await done.promise;
  } finally {
    live.onUpdate = () => {};
    stopAll();
    execution.signal.removeEventListener('abort', stopAll);
  }
  if (execution.signal.aborted) throw new ExecutionStoppedError();
  if (!breached) return;
  for (; next < waiting.length; next += 1) {
    const batch = waiting[next];
    if (batch !== undefined) onResult({ Status: 'PENDING', Input: batch.input }, next);
  }
  const cause = 'The specified tolerated failure threshold was exceeded';
  throw new StateError('States.ExceedToleratedFailureThreshold', cause);
}

/** AWS counts items: a failed batch is as many failures as it holds. Without either field nothing is tolerated. */
function isBreached(settings: MapSettings, { counts: { items } }: MapRunRecord): boolean {
  const failures = items.failed + items.timedOut;
  const { toleratedFailureCount: count, toleratedFailurePercentage: percentage } = settings;
  if (count === undefined && percentage === undefined) return failures > 0;
  return (
    (count !== undefined && failures > count) || (percentage !== undefined && failures * 100 > percentage * items.total)
  );
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
  };
}

/** Standard children are executions that the API shows; Express ones leave no trace but their result, as on AWS. */
function start(processor: CompiledStateMachine, record: ExecutionRecord, { services }: Execution): Run {
  const { arn, name, input, startDate } = record;
  if (Buffer.byteLength(input) > payloadLimit) return neverStarted(name);
  const standard = processor.type === 'STANDARD';
  if (standard) services.store.saveExecution(record);
  const history = standard ? new ExecutionHistory(services.store, arn, shownTypesOf(processor)) : undefined;
  return services.run(processor, input, { arn, name, startDate: new Date(startDate) }, services, history);
}

function neverStarted(name: string): Run {
  const { name: error, message: cause } = dataLimitExceeded(name);
  return { outcome: Promise.resolve({ status: 'FAILED', error, cause }), stop() {} };
}

function end(processor: CompiledStateMachine, record: ExecutionRecord, outcome: Outcome, { services }: Execution) {
  const { output = null, error = null, cause = null } = { output: undefined, ...outcome } as Partial<ExecutionRecord>;
  Object.assign(record, { status: outcome.status, output, error, cause, stopDate: Date.now() });
  if (processor.type === 'STANDARD') services.store.saveExecution(record);
}

function resultOf(record: ExecutionRecord): ChildResult {
  const succeeded = record.status === 'SUCCEEDED';
  return {
    ...(record.cause !== null && { Cause: record.cause }),
    ...(record.error !== null && { Error: record.error }),
    ExecutionArn: record.arn,
    Input: record.input,
    InputDetails: { Included: true },
    Name: record.name,
    ...(record.output !== null && { Output: record.output, OutputDetails: { Included: true } }),
    RedriveCount: 0,
    RedriveStatus: 'NOT_REDRIVABLE',
    RedriveStatusReason: succeeded ? 'Execution is SUCCEEDED and cannot be redriven' : 'Redrive is not emulated',
    StartDate: new Date(record.startDate).toISOString(),
    StateMachineArn: record.stateMachineArn,
    Status: record.status as ChildResult['Status'],
    StopDate: new Date(record.stopDate ?? record.startDate).toISOString(),
  };
}
