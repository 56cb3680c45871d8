import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Worker } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { environmentOf } from './environment.ts';
import type { FunctionDefinition, InvocationOutcome, InvocationTask } from './protocol.ts';

export type Environments = Piscina<InvocationTask, InvocationOutcome>;

/** Node itself needs about this much to start a thread and load the SDK. */
const leastHeapMegabytes = 64;

/**
 * The warm environments of one function: worker threads, one invocation at a time in each. `resourceLimits` bounds the
 * V8 heap alone: what sharp allocates natively is not counted, other than on Lambda.
 */
export function createEnvironments(
  definition: FunctionDefinition,
  limits: { workers: number; idleMilliseconds: number },
  onLog: (line: string) => void,
): Environments {
  const pool: Environments = new Piscina<InvocationTask, InvocationOutcome>({
    filename: new URL('./worker.ts', import.meta.url).href,
    minThreads: 0,
    maxThreads: limits.workers,
    idleTimeout: limits.idleMilliseconds,
    // Otherwise an idle thread blocks in Atomics.wait, and its sockets and timers with it.
    atomics: 'disabled',
    env: environmentOf(definition, process.env),
    execArgv: ['--enable-source-maps', '--disable-warning=ExperimentalWarning'],
    resourceLimits: { maxOldGenerationSizeMb: Math.max(definition.memoryMegabytes, leastHeapMegabytes) },
  });
  const seen = new WeakSet<Worker>();
  pool.on('workerCreate', () => {
    for (const worker of pool.threads) {
      if (seen.has(worker)) continue;
      seen.add(worker);
      forwardLines(worker.stdout, process.stdout, onLog);
      forwardLines(worker.stderr, process.stderr, onLog);
    }
  });
  // A thread that dies between two invocations fails neither; the next one gets a new thread.
  pool.on('error', (error: unknown) => onLog(`environment lost: ${error instanceof Error ? error.stack : error}`));
  return pool;
}

/** Node pipes a worker's output to the terminal; it belongs to the log. */
function forwardLines(output: Readable, terminal: NodeJS.WritableStream, onLog: (line: string) => void): void {
  output.unpipe(terminal);
  createInterface({ input: output, crlfDelay: Number.POSITIVE_INFINITY }).on('line', onLog);
}
