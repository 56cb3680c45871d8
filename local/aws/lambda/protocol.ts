import type { MessagePort } from 'node:worker_threads';

export type FunctionDefinition = {
  arn: string;
  name: string;
  /** Path of the esbuild bundle, an ES module that exports `handler(event, context)`. */
  bundle: string;
  environment: Record<string, string>;
  timeoutSeconds: number;
  memoryMegabytes: number;
  /** Threads at most, where the usual number would be too many. */
  maxWorkers?: number;
  /** Invocations under way at most: one more is throttled. None are set apart, so that there is no limit without it. */
  reservedConcurrency?: number;
};

/** What passes to a worker thread. */
export type InvocationTask = {
  bundle: string;
  /** The event as JSON text: what a handler gets shares nothing with its caller, as on Lambda. */
  event: string;
  requestId: string;
  functionName: string;
  invokedFunctionArn: string;
  memoryMegabytes: number;
  timeoutSeconds: number;
  /** Gets one message when the handler starts: Lambda's clock runs from there, not from loading the bundle. */
  started: MessagePort;
};

/** What comes back from it: the result as JSON text. */
export type InvocationOutcome = { result: string } | { error: { name: string; message: string; trace: string[] } };
