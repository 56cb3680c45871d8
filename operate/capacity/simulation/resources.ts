import type { EventLoop, Waitable } from './event-loop.ts';

/** At most `limit` holders at once, the others in the order they came. */
export class Semaphore implements Waitable {
  readonly limit: number;
  readonly #loop: EventLoop;
  readonly #waiting: (() => void)[] = [];
  #next = 0;
  #waitingSince = 0;
  inUse = 0;
  peak = 0;
  /** Seconds in which somebody had to wait. */
  saturatedSeconds = 0;

  constructor(loop: EventLoop, limit: number) {
    this.#loop = loop;
    this.limit = limit;
  }

  wait(resume: () => void): void {
    if (this.inUse < this.limit) {
      this.inUse += 1;
      this.peak = Math.max(this.peak, this.inUse);
      resume();
      return;
    }
    if (this.#next === this.#waiting.length) this.#waitingSince = this.#loop.now;
    this.#waiting.push(resume);
  }

  release(): void {
    const resume = this.#waiting[this.#next];
    if (resume === undefined) {
      this.inUse -= 1;
      return;
    }
    this.#next += 1;
    if (this.#next === this.#waiting.length) {
      this.saturatedSeconds += this.#loop.now - this.#waitingSince;
      this.#waiting.length = 0;
      this.#next = 0;
    }
    resume();
  }
}

/** At most `perSecond` pass, evenly spaced, after a burst of `burst` that refills at the same rate. */
export class TokenBucket implements Waitable {
  readonly #loop: EventLoop;
  readonly #perSecond: number;
  readonly #burst: number;
  /** When the bucket is full again: the virtual schedule of the generic cell rate algorithm. */
  #fullAt = 0;
  #waitingUntil = 0;
  /** Seconds in which somebody had to wait. */
  saturatedSeconds = 0;
  /** Who passed, by second. */
  readonly passed: Meter;

  constructor(loop: EventLoop, { perSecond, burst = 1 }: { perSecond: number; burst?: number }) {
    this.#loop = loop;
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.passed = new Meter(loop);
  }

  /** Takes a token if there is one. */
  take(): boolean {
    if (this.#secondsUntilToken() > 1e-9) return false;
    this.#spend();
    return true;
  }

  wait(resume: () => void): void {
    const seconds = Math.max(0, this.#secondsUntilToken());
    const until = this.#loop.now + seconds;
    this.saturatedSeconds += Math.max(0, until - Math.max(this.#waitingUntil, this.#loop.now));
    this.#waitingUntil = Math.max(this.#waitingUntil, until);
    this.#spend();
    this.#loop.schedule(seconds, () => {
      this.passed.add(1);
      resume();
    });
  }

  #secondsUntilToken(): number {
    return Math.max(this.#fullAt, this.#loop.now) - this.#loop.now - (this.#burst - 1) / this.#perSecond;
  }

  #spend(): void {
    this.#fullAt = Math.max(this.#fullAt, this.#loop.now) + 1 / this.#perSecond;
  }
}

/** Counts by simulated second. */
export class Meter {
  readonly #loop: EventLoop;
  readonly #seconds = new Map<number, number>();
  total = 0;

  constructor(loop: EventLoop) {
    this.#loop = loop;
  }

  /** Counts `count` evenly over the last `seconds`. */
  add(count: number, seconds = 0): void {
    const last = Math.floor(this.#loop.now);
    const first = Math.floor(this.#loop.now - seconds);
    const share = count / (last - first + 1);
    for (let second = first; second <= last; second += 1) {
      this.#seconds.set(second, (this.#seconds.get(second) ?? 0) + share);
    }
    this.total += count;
  }

  /** The most in one second. */
  get peak(): number {
    return Math.max(0, ...this.#seconds.values());
  }
}
