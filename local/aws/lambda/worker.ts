/** Runs inside a worker thread: one thread is one Lambda environment, its bundle loaded once and kept warm. */
import { pathToFileURL } from 'node:url';
import type { Context } from 'aws-lambda';
import type { InvocationOutcome, InvocationTask } from './protocol.ts';

type Handler = (event: unknown, context: Context) => unknown;

// As Lambda's own runtime does: the invocation fails under this name and the environment is gone.
process.on('unhandledRejection', (reason) => {
  const error = reason instanceof Error ? reason : new Error(String(reason));
  const rejection = new Error(error.message, { cause: error });
  rejection.name = 'Runtime.UnhandledPromiseRejection';
  throw rejection;
});

let handler: Promise<Handler> | undefined;

async function load(bundle: string): Promise<Handler> {
  const module = await import(pathToFileURL(bundle).href).catch((error: unknown) => {
    throw named('Runtime.ImportModuleError', `${bundle} could not be loaded: ${messageOf(error)}`);
  });
  if (typeof module.handler !== 'function') {
    throw named('Runtime.HandlerNotFound', `${bundle} does not export a function named handler`);
  }
  return module.handler;
}

/** Loads the bundle where it is not yet, then runs the handler; a handler's error is an outcome, not a rejection. */
export default async function invoke(task: InvocationTask): Promise<InvocationOutcome> {
  try {
    handler ??= load(task.bundle);
    const run = await handler;
    const deadline = Date.now() + task.timeoutSeconds * 1000;
    task.started.postMessage('started');
    const result = await run(JSON.parse(task.event), contextOf(task, deadline));
    return { result: JSON.stringify(result) ?? 'null' };
  } catch (error) {
    // A bundle that failed to load is tried anew, as Lambda starts a new environment for it.
    if (error instanceof Error && error.name.startsWith('Runtime.')) handler = undefined;
    return { error: describe(error) };
  } finally {
    task.started.close();
  }
}

function contextOf(task: InvocationTask, deadline: number): Context {
  const unsupported = () => {
    throw new Error('Callback handlers are not supported: return a promise');
  };
  return {
    functionName: task.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: task.invokedFunctionArn,
    memoryLimitInMB: String(task.memoryMegabytes),
    awsRequestId: task.requestId,
    logGroupName: `/aws/lambda/${task.functionName}`,
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    done: unsupported,
    fail: unsupported,
    succeed: unsupported,
  };
}

function describe(error: unknown): { name: string; message: string; trace: string[] } {
  if (error instanceof Error) {
    return { name: error.name, message: error.message, trace: error.stack?.split('\n') ?? [] };
  }
  return { name: typeof error, message: String(error), trace: [] };
}

function named(name: string, message: string): Error {
  const error = new Error(message);
  error.name = name;
  return error;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
