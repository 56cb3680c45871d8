import type { MapRunExecutionCounts } from '@aws-sdk/client-sfn';

type Counts = { [Name in keyof Required<MapRunExecutionCounts>]: number };
/** DescribeMapRun's two groups of counts: a batch is one execution and as many items as it holds. */
export type MapRunCounts = { items: Counts; executions: Counts };
export type CountedState = 'pending' | 'pendingRedrive' | 'running' | 'succeeded' | 'failed' | 'timedOut' | 'aborted';

export function emptyCounts(): MapRunCounts {
  return { items: zeros(), executions: zeros() };
}

function zeros(): Counts {
  return {
    pending: 0,
    running: 0,
    succeeded: 0,
    failed: 0,
    timedOut: 0,
    aborted: 0,
    total: 0,
    resultsWritten: 0,
    failuresNotRedrivable: 0,
    pendingRedrive: 0,
  };
}

/** Adds a batch: one to come, or as a Map Run that is redriven left it. */
export function countBatch(
  { items, executions }: MapRunCounts,
  itemCount: number,
  state: 'pending' | 'pendingRedrive' | 'succeeded',
): void {
  items[state] += itemCount;
  items.total += itemCount;
  executions[state] += 1;
  executions.total += 1;
}

/** Moves one batch from one state to the next. */
export function countTransition(counts: MapRunCounts, itemCount: number, from: CountedState, to: CountedState): void {
  counts.items[from] -= itemCount;
  counts.items[to] += itemCount;
  counts.executions[from] -= 1;
  counts.executions[to] += 1;
}

/** What is left when a Map Run is interrupted: everything that had not ended is aborted. */
export function countAborted({ items, executions }: MapRunCounts): void {
  for (const counts of [items, executions]) {
    counts.aborted += counts.running + counts.pending + counts.pendingRedrive;
    counts.running = 0;
    counts.pending = 0;
    counts.pendingRedrive = 0;
  }
}
