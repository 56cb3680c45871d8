import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Answer, answer, movedTo, validators } from './answers.ts';
import { createStudio } from './pictures.ts';
import { type SampleImage, sampleImages } from './sample-images.ts';

export type CdnOptions = {
  seed: number;
  /** 0: any free one. */
  port?: number;
  /** How many images there are; the catalog of the same seed must not refer to more. */
  images?: number;
  /** Whether some images misbehave, as in the catalog. */
  faults?: boolean;
  /** Pixels of a picture's longest side at most, as in the catalog. */
  longestSide?: number;
  /** Waited for before the `nth` request is answered, from 1. */
  beforeAnswer?: (nth: number) => Promise<void> | undefined;
};

export type CdnRequests = {
  total: number;
  /** By path and query as sent, e.g. `/swatches/oak.jpg?v=1`. */
  byPath: Map<string, number>;
  /** Answered with 304. */
  notModified: number;
  /** Being answered now, and the most at any time. */
  concurrent: number;
  maxConcurrent: number;
};

export type SampleCdn = {
  /** `http://127.0.0.1:{port}`, without a trailing slash. */
  url: string;
  port: number;
  requests: CdnRequests;
  /** Draws every picture now, so that drawing is not part of what is measured. */
  drawAll(): Promise<void>;
  /** Ends open sockets too. */
  close(): Promise<void>;
};

type Resource = { image: SampleImage; location?: string };

/** Starts the image server of the sample supplier on loopback. Pictures are drawn when first asked for, then kept. */
export async function startSampleCdn(options: CdnOptions): Promise<SampleCdn> {
  const { seed, port = 0, images: count = 400, beforeAnswer } = options;
  const images = sampleImages({ ...options, count });
  const resources = resourcesOf(images);
  const draw = keepDrawings(createStudio(seed));
  const requests: CdnRequests = { total: 0, byPath: new Map(), notModified: 0, concurrent: 0, maxConcurrent: 0 };

  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    await beforeAnswer?.(requests.total);
    const path = request.url ?? '/';
    const nth = (requests.byPath.get(path) ?? 0) + 1;
    requests.byPath.set(path, nth);
    const reply = await replyTo(request, resources.get(path), nth, draw);
    if (reply.status === 304) requests.notModified++;
    response.writeHead(reply.status, reply.headers);
    const { body } = reply;
    if (typeof body === 'string' || Buffer.isBuffer(body)) response.end(body);
    else await pipeline(Readable.from(body), response);
  };

  const server = createServer((request, response) => {
    requests.total++;
    requests.maxConcurrent = Math.max(requests.maxConcurrent, ++requests.concurrent);
    response.once('close', () => requests.concurrent--);
    // Whoever hangs up, or a picture that cannot be drawn, ends this response alone.
    respond(request, response).catch((error: Error) => response.destroy(error));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    requests,
    drawAll: async () => {
      for (const image of images) await draw(image);
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** By path and query as a client sends them: encoded. */
function resourcesOf(images: readonly SampleImage[]): Map<string, Resource> {
  return new Map(
    images.flatMap((image): [string, Resource][] => {
      const moved = movedTo(image);
      if (moved === undefined) return [[requestPath(image.path), { image }]];
      return [
        [requestPath(image.path), { image, location: moved.location }],
        [requestPath(moved.path), { image }],
      ];
    }),
  );
}

/** `/Été/a b.jpg?v=1` → `/%C3%89t%C3%A9/a%20b.jpg?v=1` */
export function requestPath(path: string): string {
  const { pathname, search } = new URL(path, 'http://cdn.invalid');
  return pathname + search;
}

function keepDrawings(draw: (image: SampleImage) => Promise<Buffer>): (image: SampleImage) => Promise<Buffer> {
  const drawn = new Map<string, Promise<Buffer>>();
  return (image) => {
    const picture = drawn.get(image.path) ?? draw(image);
    drawn.set(image.path, picture);
    return picture;
  };
}

async function replyTo(
  request: IncomingMessage,
  resource: Resource | undefined,
  nth: number,
  draw: (image: SampleImage) => Promise<Buffer>,
): Promise<Answer> {
  if (resource === undefined) return { status: 404, headers: {}, body: 'There is no such image.\n' };
  const { image, location } = resource;
  if (location !== undefined) return { status: 301, headers: { location }, body: '' };
  const reply = await answer({ image, nth, draw });
  if (reply.status !== 200 || reply.headers.etag === undefined || !isFresh(request, image)) return reply;
  return { status: 304, headers: validators(image), body: '' };
}

/** RFC 9110, section 13.2.2: `If-Modified-Since` counts only without `If-None-Match`. */
function isFresh({ headers }: IncomingMessage, image: SampleImage): boolean {
  const { etag, 'last-modified': lastModified } = validators(image);
  const tags = headers['if-none-match'];
  if (tags !== undefined) return tags.split(',').some((tag) => [etag, '*'].includes(tag.trim().replace(/^W\//, '')));
  const since = headers['if-modified-since'];
  return since !== undefined && Date.parse(since) >= Date.parse(lastModified);
}
