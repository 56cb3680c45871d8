import { createServer, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';

export type CountingHost = {
  /** `127.0.0.1:port` */
  host: string;
  url(path: string): string;
  /** Requests at once at most, and how many there were. */
  most: number;
  requests: number;
  /** Requests that came while the host had asked to be left alone. */
  tooEarly: number;
  lastAt: number;
  close(): Promise<void>;
};

/** Every request in flight over all hosts, and the most there were. */
export type Traffic = { now: number; most: number };

/**
 * An image server on a port of its own that takes `milliseconds` per image and counts. Where `refusesAt` is given, it
 * answers that request, by its number, with 429 and `Retry-After: 2`.
 */
export async function startCountingHost(
  traffic: Traffic,
  { milliseconds, refusesAt }: { milliseconds: number; refusesAt?: number },
): Promise<CountingHost> {
  const jpeg = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#fa0' } })
    .jpeg()
    .toBuffer();
  let inFlight = 0;
  let heldUntil = 0;
  const server = createServer(async (_, response: ServerResponse) => {
    inFlight += 1;
    traffic.now += 1;
    traffic.most = Math.max(traffic.most, traffic.now);
    counts.most = Math.max(counts.most, inFlight);
    counts.requests += 1;
    if (Date.now() < heldUntil) counts.tooEarly += 1;
    const refuses = counts.requests === refusesAt;
    await sleep(milliseconds);
    inFlight -= 1;
    traffic.now -= 1;
    counts.lastAt = Date.now();
    if (!refuses) return response.writeHead(200, { 'content-type': 'image/jpeg' }).end(jpeg);
    heldUntil = Date.now() + 2000;
    response.writeHead(429, { 'retry-after': '2' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Not listening on a port');
  const host = `127.0.0.1:${address.port}`;
  const counts: CountingHost = {
    host,
    url: (path) => `http://${host}/${path}`,
    most: 0,
    requests: 0,
    tooEarly: 0,
    lastAt: 0,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return counts;
}
