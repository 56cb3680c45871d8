/** What passes between the stack's thread and a worker thread. */
import type { MessagePort } from 'node:worker_threads';

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

export type InvocationOutcome = { result: string } | { error: { name: string; message: string; trace: string[] } };
