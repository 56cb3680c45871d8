import { assumptions, type HostKind, type Scenario } from '../scenario.ts';
import type { EventLoop, Process } from './event-loop.ts';
import type { Random } from './random.ts';
import { Semaphore, TokenBucket } from './resources.ts';

export type Answer = { status: 200 | 429 | 503; firstByteSeconds: number; retryAfterSeconds: number | null };

/** What makes hosts of each kind what they are. */
export const hostTraits = {
  workers: 10,
  requestsPerSecond: 30,
  retryAfterSeconds: 1,
  megabytesPerSecond: 20,
  megabytesPerImage: 0.5,
  strayShare: 0.05,
};

/** In words, for tables. */
export const hostNames: Record<HostKind, string> = {
  elastic: 'elastic CDN',
  queueing: `${hostTraits.workers} workers and a queue`,
  'rate-limited': `${hostTraits.requestsPerSecond} requests/s, 429 and Retry-After beyond`,
  bandwidth: `${hostTraits.megabytesPerSecond} MB/s of bandwidth`,
  straying: `503 for ${hostTraits.strayShare * 100} % of requests`,
};

/**
 * Images a second that a host of the kind could give to as many lanes as the settings allow, were all of them busy all the
 * time.
 */
export function mostPerSecond({ hostKind, imageSeconds, networkShare }: Scenario, mostPerHost: number): number {
  const asked = mostPerHost / (imageSeconds + assumptions.transition);
  const bears: Record<HostKind, number> = {
    elastic: asked,
    queueing: hostTraits.workers / (imageSeconds * networkShare),
    'rate-limited': hostTraits.requestsPerSecond,
    bandwidth: hostTraits.megabytesPerSecond / hostTraits.megabytesPerImage,
    straying: asked * (1 - hostTraits.strayShare),
  };
  return Math.min(asked, bears[hostKind]);
}

/** Median time to the first byte of a host that queues, when nobody is in the queue, seconds. */
export function bestFirstByte({ imageSeconds, networkShare, spread }: Scenario): number {
  return imageSeconds * networkShare * Math.exp(-(spread ** 2) / 2);
}

/** Share of the time until an image is there that passes before its first byte. */
const firstByteShare = 1 / 3;
/** Until a refusal is there: what was sent meanwhile is refused as well. */
const refusalSeconds = 0.03;
/** A link serves all its transfers in turns, a piece of each. */
const pieces = 8;

/** A server of images of the scenario's kind, and what it was asked. */
export class ImageHost {
  readonly name: string;
  readonly #loop: EventLoop;
  readonly #random: Random;
  readonly #kind: HostKind;
  readonly #workers: Semaphore;
  readonly #rate: TokenBucket;
  readonly #link: Semaphore;
  /** Until when the object in the work bucket asks to leave it alone; every invocation reads it first. */
  holdUntil = 0;
  inFlight = 0;
  peak = 0;
  requests = 0;
  refused = 0;
  /** Requests sent while a Retry-After bound us. */
  broken = 0;
  /** Of each answer with an image, seconds. */
  readonly firstBytes: number[] = [];
  #aloneUntil = 0;

  constructor(name: string, kind: HostKind, loop: EventLoop, random: Random) {
    const { workers, requestsPerSecond } = hostTraits;
    this.name = name;
    this.#kind = kind;
    this.#loop = loop;
    this.#random = random;
    this.#workers = new Semaphore(loop, workers);
    this.#rate = new TokenBucket(loop, { perSecond: requestsPerSecond, burst: requestsPerSecond });
    this.#link = new Semaphore(loop, 1);
  }

  /** One request for an image that takes the network `seconds` where nothing is in the way. */
  *request(seconds: number): Process<Answer> {
    this.requests += 1;
    this.inFlight += 1;
    this.peak = Math.max(this.peak, this.inFlight);
    if (this.#loop.now < this.#aloneUntil) this.broken += 1;
    const start = this.#loop.now;
    const status = yield* this.#firstByte(seconds);
    const firstByteSeconds = this.#loop.now - start;
    if (status === 200) {
      this.firstBytes.push(firstByteSeconds);
      yield* this.#body(seconds);
    } else this.refused += 1;
    this.inFlight -= 1;
    return { status, firstByteSeconds, retryAfterSeconds: status === 429 ? hostTraits.retryAfterSeconds : null };
  }

  *#firstByte(seconds: number): Process<Answer['status']> {
    if (this.#kind === 'rate-limited' && !this.#rate.take()) {
      yield refusalSeconds;
      this.#aloneUntil = this.#loop.now + hostTraits.retryAfterSeconds;
      return 429;
    }
    if (this.#kind === 'queueing') {
      yield this.#workers;
      yield seconds;
      this.#workers.release();
      return 200;
    }
    yield seconds * firstByteShare;
    return this.#kind === 'straying' && this.#random.uniform() < hostTraits.strayShare ? 503 : 200;
  }

  *#body(seconds: number): Process {
    if (this.#kind === 'queueing') return;
    if (this.#kind !== 'bandwidth') {
      yield seconds * (1 - firstByteShare);
      return;
    }
    const { megabytesPerImage, megabytesPerSecond } = hostTraits;
    for (let piece = 0; piece < pieces; piece += 1) {
      yield this.#link;
      yield megabytesPerImage / megabytesPerSecond / pieces;
      this.#link.release();
    }
  }

  /** What convert-image writes after an answer that asks to be left alone. */
  hold(seconds: number): void {
    this.holdUntil = this.#loop.now + seconds;
  }
}
