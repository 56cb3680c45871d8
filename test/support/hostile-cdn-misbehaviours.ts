import { brotliCompressSync, constants, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import type { Responder } from './hostile-cdn-types.ts';

const status =
  (code: number, headers: Record<string, string> = {}): Responder =>
  (_, response) =>
    response.writeHead(code, headers).end(`status ${code}`);

const body =
  (headers: Record<string, string>, bytes: Buffer | string): Responder =>
  (_, response) =>
    response.writeHead(200, headers).end(bytes);

/** 200 MB of zeros, in 200 KB and 160 bytes; 20 MB in 90 KB and 600 bytes. */
const gzipBomb = gzipSync(Buffer.alloc(200_000_000), { level: 9 });
const brotliBomb = brotliCompressSync(Buffer.alloc(200_000_000), {
  params: { [constants.BROTLI_PARAM_QUALITY]: 3 },
});
const deflateBomb = deflateSync(Buffer.alloc(20_000_000), { level: 1 });
const zstdBomb = zstdCompressSync(Buffer.alloc(20_000_000));
const html = '<!DOCTYPE html><html><body>Please log in</body></html>';

/** Everything but what a real image has, by path. */
export const misbehaviours: Record<string, Responder> = {
  'not-found': status(404),
  gone: status(410),
  unauthorized: status(401),
  forbidden: status(403),
  teapot: status(418),
  'server-error': status(500),
  'bad-gateway': status(502),
  unavailable: status(503),
  'unavailable-until': status(503, { 'retry-after': '90' }),
  'too-many': status(429, { 'retry-after': '120' }),
  'too-many-with-image': body({ 'content-type': 'image/jpeg' }, 'x'),
  'not-modified': status(304),
  partial: status(206),
  empty: body({ 'content-type': 'image/jpeg' }, ''),
  'no-content': (_, response) => response.writeHead(204).end(),
  'reset-content': (_, response) => response.writeHead(205).end(),
  'status-zero': (request) => request.socket.end('HTTP/1.1 000 None\r\nContent-Length: 1\r\n\r\nx'),
  'status-999': (request) => request.socket.end('HTTP/1.1 999 Denied\r\nContent-Length: 1\r\n\r\nx'),
  'login.jpg': body({ 'content-type': 'image/jpeg' }, html),

  silent: () => {},
  'hints-forever': (request) => drip(request.socket, '', 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'),
  'drip-not-found': (request) => drip(request.socket, 'HTTP/1.1 404 None\r\nContent-Length: 9999\r\n\r\n', 'x'),
  'drip-headers': (request) => drip(request.socket, 'HTTP/1.1 200 OK\r\n', 'X-Slow: 1\r\n'),
  drip: (request) => drip(request.socket, 'HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n', 'x'),
  stall: (_, response) => {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('abc');
  },
  endless: (_, response) => {
    const chunk = Buffer.alloc(65_536, 1);
    const fill = () => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on('drain', fill);
    fill();
  },
  'declares-too-much': (_, response) => {
    response.writeHead(200, { 'content-length': '999999999999' });
    response.write('abc');
  },
  'declares-more': (request) =>
    request.socket.end('HTTP/1.1 200 OK\r\nContent-Length: 5000\r\nConnection: close\r\n\r\nonly this'),
  'declares-less': (request) =>
    request.socket.end(`HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\n${'x'.repeat(5000)}`),
  'declares-nonsense': (request) => request.socket.end('HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nabc'),
  'declares-twice': (request) =>
    request.socket.end('HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 9\r\n\r\nabc'),
  'chunks-cut': (request) => request.socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\nabc'),
  'trailers-forever': (request) =>
    request.socket.end(
      `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n${'X-Some: thing\r\n'.repeat(20_000)}`,
    ),
  'chunks-nonsense': (request) => request.socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc'),

  'gzip-bomb': body({ 'content-encoding': 'gzip' }, gzipBomb),
  'deflate-bomb': body({ 'content-encoding': 'deflate' }, deflateBomb),
  // Blocks of no bytes: what is sent counts, where nothing is unpacked.
  'deflate-of-nothing': (_, response) => {
    response.writeHead(200, { 'content-encoding': 'deflate' }).write(Buffer.from('789c', 'hex'));
    response.end(Buffer.alloc(6_000_000, '000000ffff', 'hex'));
  },
  'zstd-bomb': body({ 'content-encoding': 'zstd' }, zstdBomb),
  'brotli-bomb': body({ 'content-encoding': 'br' }, brotliBomb),
  'gzip-lie': body({ 'content-encoding': 'gzip' }, 'this is not gzip at all'),
  'gzip-cut': body({ 'content-encoding': 'gzip' }, gzipSync(Buffer.alloc(5000, 'ab')).subarray(0, 20)),
  'unknown-encoding': body({ 'content-encoding': 'rot13' }, 'abc'),
  'gzip-twice': body({ 'content-encoding': 'gzip, gzip' }, gzipSync(gzipSync('abc'))),

  loop: (_, response) => response.writeHead(302, { location: '/loop' }).end(),
  'ping-pong': (_, response, cdn) => response.writeHead(301, { location: cdn.url('/ping-pong?') }).end(),
  'redirect-to-nowhere': status(302),
  'redirect-to-file': status(302, { location: 'file:///etc/passwd' }),
  'redirect-to-data': status(302, { location: 'data:image/gif;base64,R0lGODlhAQABAAAAACw=' }),
  'redirect-to-gopher': status(302, { location: 'gopher://127.0.0.1:6379/_FLUSHALL' }),

  hangup: (request) => request.socket.destroy(),
  reset: (request) => request.socket.resetAndDestroy(),
  'reset-halfway': (request, response) => {
    response.writeHead(200, { 'content-length': '100000' });
    response.write(Buffer.alloc(50_000), () => setTimeout(() => request.socket.resetAndDestroy(), 20));
  },
  'not-http': (request) => request.socket.end('SSH-2.0-OpenSSH_9.6\r\n'),
  'huge-header': (request) => request.socket.end(`HTTP/1.1 200 OK\r\nX-Big: ${'x'.repeat(100_000)}\r\n\r\nabc`),
  'many-headers': (request) => request.socket.end(`HTTP/1.1 200 OK\r\n${'X-Some: thing\r\n'.repeat(20_000)}\r\nabc`),
  'odd-validators': body({ etag: '"caf\u00e9"', 'last-modified': 'long ago' }, 'x'),
};

function drip(socket: { write: (text: string) => boolean; destroyed: boolean }, start: string, drop: string): void {
  socket.write(start);
  const timer = setInterval(() => {
    if (socket.destroyed) clearInterval(timer);
    else socket.write(drop);
  }, 100);
  timer.unref();
}
