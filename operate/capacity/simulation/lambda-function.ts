import type { EventLoop, Process } from './event-loop.ts';
import { Semaphore, TokenBucket } from './resources.ts';

export type LambdaOptions = {
  memoryMegabytes: number;
  /** Environments that may exist: reserved concurrency, or what the account leaves. */
  concurrency: number;
  coldStart: number;
  /** New environments: https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html#scaling-rate */
  scaling: { perSecond: number; burst: number };
  /** Lambda refuses what it has no environment for; the laptop's lets it wait in a line. */
  whenFull: 'throttle' | 'queue';
};

/** A Lambda function: environments that are created as needed, at a rate, up to a limit, and kept. */
export class LambdaFunction {
  readonly options: LambdaOptions;
  readonly #loop: EventLoop;
  readonly #line: Semaphore;
  readonly #scaling: TokenBucket;
  #idle = 0;
  environments = 0;
  running = 0;
  peak = 0;
  invocations = 0;
  throttles = 0;
  /** Seconds, by number, in which it throttled. */
  readonly throttledSeconds = new Set<number>();
  /** Cold starts included: since August 2025 the INIT phase is billed for every function. */
  billedSeconds = 0;

  constructor(loop: EventLoop, options: LambdaOptions) {
    this.options = options;
    this.#loop = loop;
    this.#line = new Semaphore(loop, options.whenFull === 'queue' ? options.concurrency : Number.POSITIVE_INFINITY);
    this.#scaling = new TokenBucket(loop, options.scaling);
  }

  /** Runs `work`, all of whose time is billed, waits included; false where it was throttled. */
  *invoke(work: Process): Process<boolean> {
    yield this.#line;
    const cold = this.#idle === 0;
    if (cold && !(this.environments < this.options.concurrency && this.#scaling.take())) {
      this.throttles += 1;
      this.throttledSeconds.add(Math.floor(this.#loop.now));
      this.#line.release();
      return false;
    }
    const start = this.#loop.now;
    this.running += 1;
    this.peak = Math.max(this.peak, this.running);
    if (cold) {
      this.environments += 1;
      yield this.options.coldStart;
    } else this.#idle -= 1;
    yield* work;
    this.running -= 1;
    this.#idle += 1;
    this.invocations += 1;
    this.billedSeconds += this.#loop.now - start;
    this.#line.release();
    return true;
  }
}
