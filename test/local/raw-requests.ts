import { connect } from 'node:net';
import fc from 'fast-check';

export type RawRequest = { method: string; path: string; headers: readonly string[]; body: string };

/** Requests as no client would send them; `known` are paths, headers and bodies that reach further than chance does. */
export function hostileRequests(known: {
  paths: readonly string[];
  headers: readonly string[];
  bodies: readonly string[];
}): fc.Arbitrary<RawRequest> {
  return fc.record({
    method: fc.constantFrom(
      'GET',
      'HEAD',
      'POST',
      'PUT',
      'PATCH',
      'DELETE',
      'OPTIONS',
      'TRACE',
      'M-SEARCH',
      'get',
      'X',
    ),
    path: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...oddPaths, ...known.paths) },
      { weight: 1, arbitrary: fc.stringMatching(/^\/[!-~]{0,40}$/) },
    ),
    headers: fc.subarray([...oddHeaders, ...known.headers], { maxLength: 4 }),
    body: fc.oneof(fc.constantFrom('', '{}', 'null', '[]', '{"a', 'a=b&%E0%A4%A', ...known.bodies), fc.string()),
  });
}

const oddPaths = [
  ...[
    '/',
    '//',
    '///',
    '//x',
    '/\\',
    '/%',
    '/%00',
    '/%E0%A4%A',
    '/%E0%A4%A/%E0%A4%A',
    '/..',
    '/./',
    '*',
    '?',
    '/?',
    '/#',
  ],
  ...[
    '//evil.example/',
    '//[',
    'http://',
    'http://[',
    'http://127.0.0.1:99999/',
    `/${'x'.repeat(8000)}`,
    '/?a=%E0%A4%A',
  ],
];
const oddHeaders = [
  ...['Content-Type: ', 'Content-Type: ;', 'Content-Type: application/json', 'Content-Type: text/plain; charset=x'],
  ...['Content-Type: application/x-www-form-urlencoded', 'Content-Type: multipart/form-data; boundary=x'],
  ...['Content-Type: application/x-amz-json-1.0', 'Expect: 100-continue', 'Expect: nothing', 'Range: bytes=9-1'],
  ...[
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Authorization: AWS4-',
    'Cookie: a',
    'X-Amz-Target: ',
    'Origin: null',
  ],
  ...['Content-Encoding: gzip', 'X-Http-Method-Override: DELETE', 'Sec-Fetch-Site: none', 'X-Amz-Target: a.b.c'],
];

/** The bytes of a request that is complete, whatever is in it. */
export function bytesOf({ method, path, headers, body }: RawRequest): string {
  const length = Buffer.byteLength(body);
  return [`${method} ${path} HTTP/1.1`, 'Host: 127.0.0.1', `Content-Length: ${length}`, ...headers, '', body].join(
    '\r\n',
  );
}

/** Sends bytes, says that no more will come, and resolves to all that came back once the server has closed. */
export function exchange(endpoint: string, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(endpoint).port), '127.0.0.1');
    let received = '';
    socket.setEncoding('latin1').on('data', (data: string) => {
      received += data;
    });
    socket.setTimeout(20_000, () => socket.destroy(new Error(`No answer to ${JSON.stringify(bytes)}`)));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      // What a server does that has seen enough of a request it will not answer.
      if (error.code === 'ECONNRESET' || error.code === 'EPIPE') resolve(received);
      else reject(error);
    });
    socket.once('close', () => resolve(received));
    socket.end(bytes);
  });
}

/** Statuses of the answers, but for `100 Continue`. */
export function statusesOf(received: string): number[] {
  return [...received.matchAll(/HTTP\/1\.1 (\d{3}) /g)]
    .map(([, status]) => Number(status))
    .filter((code) => code > 199);
}
