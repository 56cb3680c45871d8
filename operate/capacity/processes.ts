import type { RetryProps } from 'aws-cdk-lib/aws-stepfunctions';
import type { Process, Waitable } from './event-loop.ts';
import type { LambdaFunction } from './lambda-function.ts';
import type { World } from './world.ts';

/** A task: the function, after a throttle again as the retry policy says; false where the policy is exhausted. */
export function* retried(
  { random, platform }: Pick<World, 'random' | 'platform'>,
  lambda: LambdaFunction,
  work: () => Process,
  { interval, backoffRate = 2, maxDelay, maxAttempts = 3 }: RetryProps,
): Process<boolean> {
  yield platform.transition;
  for (let retry = 0; ; retry += 1) {
    if (yield* lambda.invoke(work())) return true;
    if (retry === maxAttempts) return false;
    const wait = (interval?.toSeconds() ?? 1) * backoffRate ** retry;
    // JitterType.FULL: anywhere between nothing and the whole wait.
    yield random.uniform() * Math.min(wait, maxDelay?.toSeconds() ?? Number.POSITIVE_INFINITY);
  }
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
