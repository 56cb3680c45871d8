import { countAborted } from '../maps/map-run-counts.ts';
import { ExecutionHistory } from './execution-history.ts';
import type { Store } from './store.ts';
import type { ExecutionRecord } from './store-records.ts';

/**
 * Marks executions and Map Runs that ran when the last process ended as ABORTED. Returns the executions, without the
 * children of Map Runs.
 */
export function abortInterrupted(store: Store): ExecutionRecord[] {
  const stopDate = Date.now();
  const cause = 'The local stack ended while the execution was running';
  const executions = store.runningExecutions();
  for (const record of executions) {
    Object.assign(record, { status: 'ABORTED', stopDate, cause });
    store.saveExecution(record);
    const history = ExecutionHistory.continue(store, record.arn);
    history.add('ExecutionAborted', { executionAbortedEventDetails: { cause } });
  }
  for (const mapRun of store.runningMapRuns()) {
    countAborted(mapRun.counts);
    store.saveMapRun({ ...mapRun, status: 'ABORTED', stopDate });
  }
  store.flush();
  return executions.filter((record) => record.mapRunArn === null);
}
