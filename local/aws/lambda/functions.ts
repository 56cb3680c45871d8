import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { MessageChannel } from 'node:worker_threads';
import PQueue from 'p-queue';
import { createEnvironments, type Environments } from './environments.ts';
import { crashed, FunctionError, InvokeError, loadingTimedOut, throttled, timedOut } from './errors.ts';
import type { FunctionDefinition } from './protocol.ts';

export type FunctionOptions = {
  /**
   * Threads of one function at most; 2 per core by default, at least 4. An invocation beyond them waits for a thread,
   * as on a slow machine, and counts as under way.
   */
  maxWorkers?: number;
  /** How long a warm thread without work stays, 30,000 by default. */
  idleMilliseconds?: number;
  onLog?: (functionName: string, line: string) => void;
};

export type Functions = {
  /**
   * Runs a function named by its name or ARN, qualified or not, and returns what its handler returned. Throws
   * {@link FunctionError} where it failed, {@link InvokeError} where Lambda would not run it, or the signal's reason
   * once `signal` is aborted.
   */
  invoke(arnOrName: string, payload: unknown, options?: { signal?: AbortSignal }): Promise<unknown>;
  /** Ends running invocations and all threads. */
  close(): Promise<void>;
};

type LocalFunction = { definition: FunctionDefinition; environments: Environments; threads: PQueue };

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html (invocation payload, synchronous) */
const payloadLimitBytes = 6 * 1024 * 1024;
/** Lambda gives a bundle 10 s to load; a laptop that starts several at once is slower. */
const loadSeconds = 60;

/**
 * The functions of the stack. The bound on threads is one for each function, not a shared one: convert-queued waits
 * for an execution that invokes convert-image, so with a shared bound waiting functions could hold every thread.
 */
export function createFunctions(definitions: readonly FunctionDefinition[], options: FunctionOptions = {}): Functions {
  const maxWorkers = options.maxWorkers ?? Math.max(4, 2 * availableParallelism());
  const running = new Set<AbortController>();
  let closed = false;
  const functions = new Map<string, LocalFunction>();
  for (const definition of definitions) {
    const workers = Math.min(
      definition.reservedConcurrency ?? maxWorkers,
      definition.maxWorkers ?? maxWorkers,
      maxWorkers,
    );
    const limits = { workers: Math.max(workers, 1), idleMilliseconds: options.idleMilliseconds ?? 30_000 };
    functions.set(definition.name, {
      definition,
      environments: createEnvironments(definition, limits, (line) => options.onLog?.(definition.name, line)),
      // Piscina has a queue of its own, but does not serve it when the pool's last thread has died.
      threads: new PQueue({ concurrency: limits.workers }),
    });
  }
  return {
    async invoke(arnOrName, payload, { signal } = {}) {
      const called = functions.get(functionNameOf(arnOrName));
      if (called === undefined) {
        throw new InvokeError(404, 'ResourceNotFoundException', `Function not found: ${arnOrName}`);
      }
      if (closed) throw new Error('The local functions are closed');
      signal?.throwIfAborted();
      const event = eventText(called.definition.name, payload);
      if (isFull(called)) throw throttled();
      // One controller for every way an invocation ends early. Not AbortSignal.any: with a signal that lives as long
      // as the stack, Node keeps some memory for each signal derived from it.
      const ending = new AbortController();
      const stop = () => ending.abort(signal?.reason);
      signal?.addEventListener('abort', stop);
      running.add(ending);
      try {
        return await called.threads.add(() => run(called, arnOrName, event, ending), { signal: ending.signal });
      } catch (error) {
        // As Lambda's own runtime writes it into the function's log.
        if (error instanceof FunctionError) {
          const { name: errorType, message: errorMessage, trace } = error;
          options.onLog?.(called.definition.name, `Invoke Error ${JSON.stringify({ errorType, errorMessage, trace })}`);
        }
        throw error;
      } finally {
        running.delete(ending);
        signal?.removeEventListener('abort', stop);
      }
    },
    async close() {
      closed = true;
      for (const ending of running) ending.abort(new Error('The local functions are closed'));
      await Promise.all([...functions.values()].map(({ environments }) => environments.destroy()));
    },
  };
}

/** `arn:aws:lambda:us-east-1:000000000000:function:NAME:live`, `NAME:live` and `NAME` are all NAME. */
function functionNameOf(arnOrName: string): string {
  const parts = arnOrName.split(':');
  return (parts[0] === 'arn' ? parts[6] : parts[0]) ?? arnOrName;
}

/** Whether every invocation that the reserved concurrency allows is under way: running, or waiting for a thread. */
function isFull({ definition: { reservedConcurrency }, threads }: LocalFunction): boolean {
  return reservedConcurrency !== undefined && threads.pending + threads.size >= reservedConcurrency;
}

function eventText(functionName: string, payload: unknown): string {
  const event = JSON.stringify(payload) ?? 'null';
  const bytes = Buffer.byteLength(event);
  if (bytes <= payloadLimitBytes) return event;
  const message = `The event for ${functionName} has ${bytes} bytes, Lambda takes ${payloadLimitBytes}`;
  throw new InvokeError(413, 'RequestTooLargeException', message);
}

async function run(
  { definition, environments }: LocalFunction,
  arnOrName: string,
  event: string,
  ending: AbortController,
): Promise<unknown> {
  const requestId = randomUUID();
  const channel = new MessageChannel();
  let timer = setTimeout(() => ending.abort(loadingTimedOut(requestId, loadSeconds)), loadSeconds * 1000);
  channel.port1.once('message', () => {
    clearTimeout(timer);
    const { timeoutSeconds } = definition;
    timer = setTimeout(() => ending.abort(timedOut(requestId, timeoutSeconds)), timeoutSeconds * 1000);
  });
  const task = {
    bundle: definition.bundle,
    event,
    requestId,
    functionName: definition.name,
    invokedFunctionArn: arnOrName.startsWith('arn:') ? arnOrName : definition.arn,
    memoryMegabytes: definition.memoryMegabytes,
    timeoutSeconds: definition.timeoutSeconds,
    started: channel.port2,
  };
  try {
    const outcome = await environments.run(task, { transferList: [channel.port2], signal: ending.signal });
    if ('error' in outcome) throw new FunctionError(outcome.error.name, outcome.error.message, outcome.error.trace);
    return readResult(outcome.result);
  } catch (error) {
    ending.signal.throwIfAborted();
    throw error instanceof FunctionError ? error : crashed(requestId, error);
  } finally {
    clearTimeout(timer);
    channel.port1.close();
  }
}

function readResult(result: string): unknown {
  const bytes = Buffer.byteLength(result);
  if (bytes > payloadLimitBytes) {
    const message = `Response payload size (${bytes} bytes) exceeded maximum allowed payload size (${payloadLimitBytes} bytes).`;
    throw new FunctionError('Function.ResponseSizeTooLarge', message);
  }
  return JSON.parse(result);
}
