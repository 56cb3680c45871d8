import type {
  ExecutionRedriveStatus,
  ExecutionStatus,
  HistoryEvent,
  LoggingConfiguration,
  TracingConfiguration,
} from '@aws-sdk/client-sfn';
import type { StateMachine } from 'aws-local-stepfunctions';

/** What the interpreter takes and gives: any JSON value. */
export type Json = Parameters<StateMachine['run']>[0];
export type JsonObject = { [key: string]: Json };

/** An event of the interpreter's log, or the one that our corrections add to it. */
export type InterpreterEvent =
  | (ReturnType<StateMachine['run']>['eventLogs'] extends AsyncGenerator<infer Event> ? Event : never)
  | { type: 'MapStarted'; timestamp: number; index?: number; state: { name: string }; length: number };

/** The one `…EventDetails` member that a history event of its type carries. */
export type EventDetails = Omit<HistoryEvent, 'id' | 'type' | 'timestamp' | 'previousEventId'>;

/**
 * Runs a function. `functionArn` comes without version or alias. Rejects with an Error whose `name` is what Retry and
 * Catch match (`DatabaseUnavailable`, `Sandbox.Timedout`) and whose `message` is the error's message. `signal` aborts
 * when the execution is stopped or the state times out.
 */
export type FunctionInvoker = (
  functionArn: string,
  payload: unknown,
  options: { signal: AbortSignal },
) => Promise<unknown>;

export type EventEntry = {
  Source: string;
  DetailType: string;
  Detail: unknown;
  EventBusName?: string;
  Resources: string[];
};

export type StateMachineType = 'STANDARD' | 'EXPRESS';

export type StateMachineDefinition = {
  arn: string;
  name: string;
  type: StateMachineType;
  /** The parsed ASL, its ARNs and bucket names resolved. */
  definition: object;
  roleArn?: string;
  /** As DescribeStateMachine tells them; nothing is logged or traced here. */
  loggingConfiguration?: LoggingConfiguration;
  tracingConfiguration?: TracingConfiguration;
  tags?: { [key: string]: string };
};

/** What EventBridge's "Step Functions Execution Status Change" carries; input and output are JSON text. */
export type ExecutionStatusChange = {
  executionArn: string;
  stateMachineArn: string;
  name: string;
  status: ExecutionStatus;
  startDate: Date;
  stopDate?: Date;
  input: string;
  output?: string;
  error?: string;
  cause?: string;
  redriveCount?: number;
  redriveDate?: Date;
  redriveStatus?: ExecutionRedriveStatus;
  redriveStatusReason?: string;
};

/** How an execution ended; output is JSON text. */
export type Outcome =
  | { status: 'SUCCEEDED'; output: string }
  | { status: 'FAILED' | 'TIMED_OUT' | 'ABORTED'; error?: string; cause?: string };
