/** Image servers on loopback, one of each kind that the capacity simulation knows. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import PQueue from 'p-queue';
import { seededRandom } from '../../local/demo/sample/random.ts';
import type { HostKind } from '../../operate/capacity/scenario.ts';
import { hostTraits } from '../../operate/capacity/simulation/image-hosts.ts';

/** Of an image, where nothing is in the way: until its first byte, and until its last. */
const firstByteSeconds = 0.2;
const imageSeconds = 0.6;
const serviceSeconds = 0.3;
/** A request that was on its way when the refusal was: no Retry-After is broken by it. */
const graceMilliseconds = 250;

const { retryAfterSeconds } = hostTraits;

export type BenchHost = {
  /** `127.0.0.1:port` */
  host: string;
  /** Lanes that are granted now: set with each Take. */
  allowed: number;
  requests: number;
  refused: number;
  /** Requests that came while a Retry-After was binding. */
  broken: number;
  /** Most requests at once beyond what was allowed then. */
  beyond: number;
  close(): Promise<void>;
};

/** Images a second that the kind gives to so many lanes. */
export function gives(kind: HostKind, lanes: number): number {
  const { workers, requestsPerSecond, strayShare, megabytesPerSecond, megabytesPerImage } = hostTraits;
  const asked = lanes / imageSeconds;
  const most: Record<HostKind, number> = {
    elastic: asked,
    queueing: workers / serviceSeconds,
    'rate-limited': requestsPerSecond,
    bandwidth: megabytesPerSecond / megabytesPerImage,
    straying: asked * (1 - strayShare),
  };
  return Math.min(asked, most[kind]);
}

/** Answers every path with `image`, as a server of the kind would. */
export async function startBenchHost(kind: HostKind, image: Buffer): Promise<BenchHost> {
  const answer = behaviours[kind]();
  let inFlight = 0;
  let refusedAt = Number.NEGATIVE_INFINITY;
  const server = createServer(async (_, response) => {
    inFlight += 1;
    counts.requests += 1;
    counts.beyond = Math.max(counts.beyond, inFlight - counts.allowed);
    const sinceRefusal = Date.now() - refusedAt;
    if (sinceRefusal > graceMilliseconds && sinceRefusal < retryAfterSeconds * 1000) counts.broken += 1;
    const begin = () =>
      response
        .writeHead(200, { 'content-type': 'image/png', 'content-length': image.length })
        .write(image.subarray(0, 1));
    const status = await answer(begin);
    inFlight -= 1;
    if (status === 200) {
      response.end(image.subarray(1));
      return;
    }
    counts.refused += 1;
    if (status === 429) refusedAt = Date.now();
    if (status === 429) response.setHeader('retry-after', retryAfterSeconds);
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const counts: BenchHost = {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ allowed: 0, requests: 0, refused: 0, broken: 0, beyond: 0 },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return counts;
}

/** Waits as the kind does, calls `begin` at the first byte, and returns when the last is due. */
type Behaviour = (begin: () => void) => Promise<200 | 429 | 503>;

const seconds = (count: number) => sleep(count * 1000);

const elastic: Behaviour = async (begin) => {
  await seconds(firstByteSeconds);
  begin();
  await seconds(imageSeconds - firstByteSeconds);
  return 200;
};

const behaviours: Record<HostKind, () => Behaviour> = {
  elastic: () => elastic,
  queueing() {
    const workers = new PQueue({ concurrency: hostTraits.workers });
    return async (begin) => {
      await workers.add(() => seconds(serviceSeconds));
      begin();
      return 200;
    };
  },
  'rate-limited'() {
    const { requestsPerSecond } = hostTraits;
    // The generic cell rate algorithm, with a burst of one second's requests.
    let fullAt = 0;
    return async (begin) => {
      const now = performance.now() / 1000;
      if (Math.max(fullAt, now) - now > 1) return 429;
      fullAt = Math.max(fullAt, now) + 1 / requestsPerSecond;
      return elastic(begin);
    };
  },
  bandwidth() {
    const link = new PQueue({ concurrency: 1 });
    const pieces = 5;
    return async (begin) => {
      await seconds(firstByteSeconds);
      begin();
      const piece = hostTraits.megabytesPerImage / hostTraits.megabytesPerSecond / pieces;
      for (let sent = 0; sent < pieces; sent += 1) await link.add(() => seconds(piece));
      return 200;
    };
  },
  straying() {
    const random = seededRandom(1, 'strays');
    return async (begin) => {
      if (random.integer(1, 100) > 100 * hostTraits.strayShare) return elastic(begin);
      await seconds(firstByteSeconds);
      return 503;
    };
  },
};
