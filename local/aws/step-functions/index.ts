import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import type { DescribeExecutionOutput } from '@aws-sdk/client-sfn';
import { createEndpoint } from './api/endpoint.ts';
import { createMachineQueries } from './api/machine-queries.ts';
import { createQueries } from './api/queries.ts';
import { createTestState } from './api/test-state.ts';
import { createUpdateMapRun } from './api/update-map-run.ts';
import type { Services } from './executions/execution.ts';
import { describeExecution } from './executions/execution-description.ts';
import { createExecutions } from './executions/executions.ts';
import { abortInterrupted } from './executions/interrupted.ts';
import { runExecution } from './executions/run-execution.ts';
import { openStore } from './executions/store.ts';
import { compileStateMachine } from './state-machine.ts';
import type { EventEntry, ExecutionStatusChange, FunctionInvoker, StateMachineDefinition } from './types.ts';

export { ServiceException } from './errors.ts';
export type { EventEntry, ExecutionStatusChange, FunctionInvoker, StateMachineDefinition } from './types.ts';

export type StepFunctionsOptions = {
  stateMachines: StateMachineDefinition[];
  invokeFunction: FunctionInvoker;
  /** For ItemReader and ResultWriter. */
  s3: S3Client;
  /** `arn:aws:states:::events:putEvents` */
  putEvents: (entries: EventEntry[]) => Promise<void>;
  /** Directory for executions, histories and Map Runs; made if missing, used by one process at a time. */
  store: string;
  /** RUNNING and terminal statuses of Standard executions, not of Map Runs' children. Must not throw. */
  onExecutionStatusChange?: (change: ExecutionStatusChange) => void;
};

export type StepFunctions = Awaited<ReturnType<typeof createStepFunctions>>;

/**
 * Step Functions on a laptop. The methods take and give what `@aws-sdk/client-sfn` does and throw ServiceException,
 * whose name is AWS's; `handler` is the same over HTTP. Throws for a definition that is invalid or that uses what is
 * not emulated. `interrupted` holds the executions that ran when the last process ended, now ABORTED.
 */
export async function createStepFunctions(options: StepFunctionsOptions) {
  const machines = new Map(options.stateMachines.map((machine) => [machine.arn, compileStateMachine(machine)]));
  const store = openStore(options.store);
  // Results of Map Runs that a killed process was collecting.
  await rm(join(options.store, 'map-runs'), { recursive: true, force: true });
  const interrupted: DescribeExecutionOutput[] = abortInterrupted(store).map((record) =>
    describeExecution(record, store),
  );
  const services: Services = {
    invokeFunction: options.invokeFunction,
    putEvents: options.putEvents,
    s3: options.s3,
    store,
    directory: options.store,
    mapRuns: new Map(),
    run: runExecution,
  };
  const executions = createExecutions(machines, services, options.onExecutionStatusChange ?? (() => {}));
  const operations = {
    ...createMachineQueries(options.stateMachines, executions),
    ...createQueries(executions, store),
    testState: createTestState(services),
    updateMapRun: createUpdateMapRun(store, services.mapRuns),
    startExecution: executions.start,
    startSyncExecution: executions.startSync,
    stopExecution: executions.stop,
    redriveExecution: executions.redrive,
    describeExecution: ({ executionArn }: { executionArn: string }) =>
      describeExecution(executions.recordOf(executionArn), store),
  };
  return { ...operations, handler: createEndpoint(operations), interrupted, close: executions.close };
}
