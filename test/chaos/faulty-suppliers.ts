import type { RequestListener } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { seededRandom } from '../../local/demo/sample/random.ts';
import { listen } from './listen.ts';

/** What becomes of an image once its server does not stumble: converted, 404 for ever, or a file that is no image. */
export type Fate = 'converted' | 'missing' | 'no image';
export type FaultyImage = { url: string; fate: Fate; bytes: Buffer };

export type FaultySuppliers = {
  /** `127.0.0.1:port` of each server. */
  hosts: string[];
  images: FaultyImage[];
  /** Requests at once at most to any of the hosts. */
  most(): number;
  /** How often an image was sent whole. */
  served(url: string): number;
  /** Calls `reached` within the `count`-th request from now. */
  afterRequests(count: number, reached: () => void): void;
  close(): Promise<void>;
};

/**
 * Image servers that fail `failPercent` of the requests for what they have with 500, 503 or a reset. Which ones is decided
 * by the seed, the image and how often it has been asked for, whatever the order of requests. No two images have the same
 * bytes, and each takes `milliseconds`.
 */
export async function startFaultySuppliers(options: {
  seed: number;
  servers: number;
  images: number;
  failPercent: number;
  milliseconds?: number;
  /** With 503. */
  retryAfterSeconds?: number;
}): Promise<FaultySuppliers> {
  const { seed, failPercent, milliseconds = 0, retryAfterSeconds = 1 } = options;
  const served = new Map<string, number>();
  const underWay = new Map<string, number>();
  let most = 0;
  const asked = new Map<string, number>();
  const byUrl = new Map<string, FaultyImage>();
  let countdown = { left: Number.POSITIVE_INFINITY, reached: () => {} };

  const answer: RequestListener = async (request, response) => {
    const host = request.headers.host ?? '';
    const now = (underWay.get(host) ?? 0) + 1;
    underWay.set(host, now);
    most = Math.max(most, now);
    response.once('close', () => underWay.set(host, (underWay.get(host) ?? 1) - 1));
    if (milliseconds > 0) await sleep(milliseconds);
    countdown.left -= 1;
    if (countdown.left === 0) countdown.reached();
    const url = `http://${host}${request.url}`;
    const nth = (asked.get(url) ?? 0) + 1;
    asked.set(url, nth);
    const random = seededRandom(seed, `${request.url} ${nth}`);
    const image = byUrl.get(url);
    if (image === undefined || image.fate === 'missing') {
      // Never anything else, or the code of the last attempt would be chance.
      response.writeHead(404).end();
    } else if (random.integer(1, 100) <= failPercent) {
      const status = random.pick([500, 503, null]);
      if (status === null) response.destroy();
      else response.writeHead(status, status === 503 ? { 'retry-after': String(retryAfterSeconds) } : {}).end();
    } else {
      served.set(url, (served.get(url) ?? 0) + 1);
      response.writeHead(200, { 'content-type': 'image/jpeg' }).end(image.bytes);
    }
  };
  const servers = await Promise.all(Array.from({ length: options.servers }, () => listen(answer)));
  const hosts = servers.map(({ host }) => host);

  for (let index = 0; index < options.images; index += 1) {
    const url = `http://${hosts[index % hosts.length]}/${index}.jpg`;
    const fate = fateOf(index);
    byUrl.set(url, { url, fate, bytes: fate === 'no image' ? Buffer.from(`%PDF-1.7 ${index}`) : await draw(index) });
  }
  return {
    hosts,
    images: [...byUrl.values()],
    most: () => most,
    served: (url) => served.get(url) ?? 0,
    afterRequests: (left, reached) => {
      countdown = { left, reached };
    },
    close: async () => {
      for (const { close } of servers) await close();
    },
  };
}

function fateOf(index: number): Fate {
  if (index % 20 === 7) return 'missing';
  return index % 20 === 13 ? 'no image' : 'converted';
}

/** Each has a size of its own, so that no two are the same bytes. */
function draw(index: number): Promise<Buffer> {
  const background = { r: (index * 37) % 256, g: (index * 91) % 256, b: 128 };
  return sharp({ create: { width: 40 + index, height: 30, channels: 3, background } })
    .jpeg()
    .toBuffer();
}
