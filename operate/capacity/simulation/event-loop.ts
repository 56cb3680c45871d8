/** Something a process can wait for; calls `resume` once, now or later. */
export type Waitable = { wait(resume: () => void): void };

/** Yields seconds to let pass, or what it waits for; `yield*` calls another process and takes its result. */
export type Process<Result = void> = Generator<number | Waitable, Result, void>;

type Event = { time: number; sequence: number; run: () => void };

/**
 * Simulated time: events in a binary heap, those of one moment in the order they were scheduled, so that the same input
 * gives the same run.
 */
export class EventLoop {
  /** Simulated seconds since the start. */
  now = 0;
  #sequence = 0;
  readonly #heap: Event[] = [];

  /** Calls `run` in so many simulated seconds. */
  schedule(seconds: number, run: () => void): void {
    if (!(seconds >= 0)) throw new Error(`Cannot schedule an event in ${seconds} s: expected 0 or more`);
    this.#push({ time: this.now + seconds, sequence: this.#sequence++, run });
  }

  /** Starts a process; wait for what is returned to wait for its end. */
  start(process: Process): Waitable {
    let ended = false;
    const waiting: (() => void)[] = [];
    const step = () => {
      const { value, done } = process.next();
      if (!done) {
        if (typeof value === 'number') this.schedule(value, step);
        else value.wait(() => this.schedule(0, step));
        return;
      }
      ended = true;
      for (const resume of waiting) resume();
    };
    this.schedule(0, step);
    return { wait: (resume) => (ended ? resume() : void waiting.push(resume)) };
  }

  /** Runs until nothing is left to happen. */
  run(): void {
    for (let event = this.#pop(); event !== undefined; event = this.#pop()) {
      this.now = event.time;
      event.run();
    }
  }

  #push(event: Event): void {
    const heap = this.#heap;
    let index = heap.length;
    for (let up = (index - 1) >> 1; index > 0; up = (index - 1) >> 1) {
      const parent = heap[up];
      if (parent === undefined || !isBefore(event, parent)) break;
      heap[index] = parent;
      index = up;
    }
    heap[index] = event;
  }

  #pop(): Event | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || last === first) return first;
    let index = 0;
    for (;;) {
      const [left, right] = [heap[2 * index + 1], heap[2 * index + 2]];
      if (left === undefined) break;
      const smaller = right !== undefined && isBefore(right, left) ? right : left;
      if (!isBefore(smaller, last)) break;
      heap[index] = smaller;
      index = smaller === left ? 2 * index + 1 : 2 * index + 2;
    }
    heap[index] = last;
    return first;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.time < b.time || (a.time === b.time && a.sequence < b.sequence);
}
