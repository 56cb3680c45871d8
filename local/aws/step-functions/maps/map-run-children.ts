import { ExecutionStoppedError, StateError } from '../errors.ts';
import type { Execution, Run } from '../executions/execution.ts';
import type { MapRunRecord } from '../executions/store-records.ts';
import type { CompiledStateMachine } from '../state-machine.ts';
import type { Outcome } from '../types.ts';
import { startChild } from './child-execution.ts';
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

/** A batch to run; `index` is its place among all of the Map Run, `former` how its child ended before a redrive. */
export type WaitingBatch = Batch & { index: number; former?: ChildResult };

type Children = {
  processor: CompiledStateMachine;
  /** Emptied as children start. */
  waiting: WaitingBatch[];
  live: LiveMapRun;
  execution: Execution;
  /** Called once for each batch, in the order in which they end. */
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
        delete waiting[next];
        next += 1;
        await runChild(batch);
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
  async function runChild({ index, former, ...batch }: WaitingBatch): Promise<void> {
    countTransition(counts, batch.items, former === undefined ? 'pending' : 'pendingRedrive', 'running');
    store.saveMapRun(mapRun);
    const { run, end } = startChild(processor, mapRun, batch, execution, former);
    running.add(run);
    const outcome = await run.outcome;
    running.delete(run);
    countTransition(counts, batch.items, 'running', countedAs[outcome.status]);
    store.saveMapRun(mapRun);
    const result = end(outcome);
    store.addBatch({ mapRunArn: mapRun.arn, batch: index, result: JSON.stringify(result) });
    stopIfBreached();
    onResult(result, index);
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
    if (batch === undefined) continue;
    onResult(batch.former ?? { Status: 'PENDING', Input: batch.input }, batch.index);
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
