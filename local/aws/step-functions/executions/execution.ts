import type { S3Client } from '@aws-sdk/client-s3';
import type { IntegrationServices } from '../integrations.ts';
import type { LiveMapRuns } from '../maps/live-map-runs.ts';
import type { CompiledStateMachine } from '../state-machine.ts';
import type { JsonObject, Outcome } from '../types.ts';
import type { ExecutionHistory } from './execution-history.ts';
import type { Store } from './store.ts';

/** What executions work with. */
export type Services = IntegrationServices & {
  s3: S3Client;
  store: Store;
  directory: string;
  mapRuns: LiveMapRuns;
  /** Runs the child executions of Map Runs. */
  run: RunExecution;
};

export type ExecutionIdentity = { arn: string; name: string; startDate: Date };

/** Where a redriven execution goes on, and what the context object tells of it. */
export type Resume = {
  state: string;
  /** The state's, as JSON text. */
  input: string;
  /** The Map Run of the state that had not succeeded; unset once it is taken up again. */
  mapRunArn?: string;
  redriveCount: number;
  redriveDate: Date;
};

/**
 * Starts `machine` on `input`, which is JSON text, or goes on with it at a state. Without a history, as Express executions
 * are, none is kept.
 */
export type RunExecution = (
  machine: CompiledStateMachine,
  input: string,
  identity: ExecutionIdentity,
  services: Services,
  history?: ExecutionHistory,
  resume?: Resume,
) => Run;

/** One run of a machine, as its tasks see it. */
export type Execution = {
  arn: string;
  machine: CompiledStateMachine;
  services: Services;
  /** Aborts when the execution ends, however it ends. */
  signal: AbortSignal;
  /** The context object, with the copies that paths are pointed at; see `shadowContextPaths`. */
  context: JsonObject;
  /** Express executions keep none. */
  history: ExecutionHistory | undefined;
  /** Of a redriven execution. */
  resume?: Resume;
};

export type Run = {
  /** Never rejects. */
  outcome: Promise<Outcome>;
  /** Ends the execution, its tasks and its children. */
  stop(error?: string, cause?: string): void;
};
