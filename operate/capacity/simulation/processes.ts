import type { RetryProps } from 'aws-cdk-lib/aws-stepfunctions';
import { databaseRetry } from '../../../workflows/retry-policies.ts';
import type { Process, Waitable } from './event-loop.ts';
import type { FunctionName, World } from './world.ts';

/** A state that failed after all its retries. */
export class StateFailedError extends Error {
  override name = 'StateFailed';
}

/** A state of a Lambda that the database answers to: `seconds` of one of its vCPUs, again where it is throttled. */
export function* task(
  world: World,
  name: FunctionName,
  work: () => Process,
  retry: RetryProps = databaseRetry,
): Process {
  yield world.platform.transition;
  for (let retries = 0; ; retries += 1) {
    if (yield* world.functions[name].invoke(work())) return;
    if (retries === (retry.maxAttempts ?? 3)) throw new StateFailedError(`${name} stayed throttled`);
    yield waitBefore(world.random.uniform, retry, retries);
  }
}

/** Seconds before a retry, after so many. JitterType.FULL: anywhere between nothing and the whole wait. */
export function waitBefore(uniform: () => number, retry: RetryProps, retries: number): number {
  const { interval, backoffRate = 2, maxDelay } = retry;
  const wait = (interval?.toSeconds() ?? 1) * backoffRate ** retries;
  return uniform() * Math.min(wait, maxDelay?.toSeconds() ?? Number.POSITIVE_INFINITY);
}

/** Keeps one of the database's vCPUs busy for so many seconds, after the statements that came before. */
export function statement({ processors, rowsWritten }: World, seconds: number, rows = 0): () => Process {
  return function* () {
    yield processors;
    yield seconds;
    processors.release();
    if (rows > 0) rowsWritten.add(rows, seconds);
  };
}

export function lasting(seconds: number): () => Process {
  return function* () {
    yield seconds;
  };
}

export function* holding(permit: { release(): void }, steps: Process): Process {
  yield* steps;
  permit.release();
}

/** Waits for all of them. */
export function* ended(running: readonly Waitable[]): Process {
  for (const one of running) yield one;
}
