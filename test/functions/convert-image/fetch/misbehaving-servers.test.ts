import { lookup } from 'node:dns';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import type { ConversionSettings } from '../../../../functions/convert-image/conversion-settings.ts';
import { useHostileCdn } from '../../../support/hostile-cdn.ts';
import { createConverter, hastySettings } from '../../../support/hostile-cdn-client.ts';
import { picture } from '../../../support/hostile-cdn-images.ts';
import { misbehaviours } from '../../../support/hostile-cdn-misbehaviours.ts';

/** Path, code, whether it is tried again within the execution. */
const expected: [path: string, code: string, blip: boolean][] = [
  ['not-found', 'NOT_FOUND', false],
  ['gone', 'GONE', false],
  ['unauthorized', 'FORBIDDEN', false],
  ['forbidden', 'FORBIDDEN', false],
  ['teapot', 'HTTP_ERROR', false],
  ['server-error', 'SERVER_ERROR', true],
  ['bad-gateway', 'SERVER_ERROR', true],
  ['unavailable', 'SERVER_ERROR', true],
  ['unavailable-until', 'SERVICE_UNAVAILABLE', false],
  ['too-many', 'RATE_LIMITED', false],
  ['not-modified', 'HTTP_ERROR', false],
  ['partial', 'HTTP_ERROR', false],
  ['empty', 'EMPTY_BODY', false],
  ['no-content', 'EMPTY_BODY', false],
  ['reset-content', 'EMPTY_BODY', false],
  ['status-zero', 'BAD_RESPONSE', false],
  ['status-999', 'HTTP_ERROR', false],
  ['login.jpg', 'HTML_PAGE', false],
  ['silent', 'TIMEOUT', false],
  ['hints-forever', 'TIMEOUT', false],
  ['drip-not-found', 'NOT_FOUND', false],
  ['drip-headers', 'TIMEOUT', false],
  ['drip', 'TIMEOUT', false],
  ['stall', 'TIMEOUT', false],
  ['endless', 'TOO_LARGE', false],
  ['declares-too-much', 'TOO_LARGE', false],
  ['declares-more', 'TRUNCATED_TRANSFER', true],
  ['declares-less', 'TEXT_ANSWER', false],
  ['declares-nonsense', 'BAD_RESPONSE', false],
  ['declares-twice', 'BAD_RESPONSE', false],
  ['chunks-cut', 'TRUNCATED_TRANSFER', true],
  ['trailers-forever', 'BAD_RESPONSE', false],
  ['chunks-nonsense', 'BAD_RESPONSE', false],
  ['gzip-bomb', 'TOO_LARGE', false],
  ['deflate-bomb', 'TOO_LARGE', false],
  ['deflate-of-nothing', 'TOO_LARGE', false],
  ['zstd-bomb', 'TOO_LARGE', false],
  ['brotli-bomb', 'TOO_LARGE', false],
  ['gzip-lie', 'BAD_RESPONSE', false],
  ['gzip-cut', 'TRUNCATED_TRANSFER', true],
  ['unknown-encoding', 'TEXT_ANSWER', false],
  ['gzip-twice', 'BAD_RESPONSE', false],
  ['loop', 'TOO_MANY_REDIRECTS', false],
  ['ping-pong', 'TOO_MANY_REDIRECTS', false],
  ['redirect-to-nowhere', 'TOO_MANY_REDIRECTS', false],
  ['redirect-to-file', 'BAD_URL', false],
  ['redirect-to-data', 'BAD_URL', false],
  ['redirect-to-gopher', 'BAD_URL', false],
  ['hangup', 'CONNECTION_FAILED', true],
  ['reset', 'CONNECTION_FAILED', true],
  ['reset-halfway', 'TRUNCATED_TRANSFER', true],
  ['not-http', 'BAD_RESPONSE', false],
  ['huge-header', 'BAD_RESPONSE', false],
  ['many-headers', 'BAD_RESPONSE', false],
  ['too-many-with-image', 'TEXT_ANSWER', false],
  ['odd-validators', 'TEXT_ANSWER', false],
];

/** Short limits where one of them is to be met; elsewhere a busy machine must not meet them first. */
function settingsFor(code: string): ConversionSettings {
  if (code === 'TIMEOUT') return hastySettings;
  return { ...hastySettings, timeouts: { connect: 10, headers: 10, idle: 10, total: 20, conversion: 20 } };
}

it.each(expected)('%s is %s within the time limits and in little memory', async (path, code, blip) => {
  const cdn = await useHostileCdn();
  const settings = settingsFor(code);
  const { convert, written } = createConverter({ allowedHosts: [cdn.host], settings });
  const before = process.memoryUsage.rss();
  const attempt = await convert(cdn.url(`/${path}`));
  expect(attempt).toMatchObject({ result: code, blip });
  expect(attempt.message).toMatch(/^[^\n]{10,300}\.$/);
  // The total time limit, the resolution of undici's timers, and a busy machine.
  expect(attempt.seconds).toBeLessThan(settings.timeouts.total + 5);
  expect(process.memoryUsage.rss() - before).toBeLessThan(100_000_000);
  expect(written.size).toBe(0);
});

it('knows the outcome of every misbehaviour of the hostile CDN', () => {
  expect(expected.map(([path]) => path).sort()).toEqual(Object.keys(misbehaviours).sort());
});

it('converts the neighbours of images whose servers do all of that at once', async () => {
  const cdn = await useHostileCdn();
  const { convert, written } = createConverter({ allowedHosts: [cdn.host] });
  const image = await picture(300, 200).jpeg().toBuffer();
  const batch = expected.map(async ([path, code], index) => {
    const neighbour = cdn.serve(`/good/${index}.jpg`, Buffer.concat([image, Buffer.from([index])]));
    // A Lambda environment has an agent of its own; so has each pair here.
    const pair = createConverter({ allowedHosts: [cdn.host], settings: settingsFor(code) });
    const [bad, good] = [await pair.convert(cdn.url(`/${path}`)), await pair.convert(neighbour)];
    expect({ path, result: bad.result }).toEqual({ path, result: code });
    return good.result;
  });
  expect(new Set(await Promise.all(batch))).toEqual(new Set(['converted']));
  expect((await convert(cdn.url('/good/0.jpg'))).result).toBe('converted');
  expect(written.size).toBe(2);
});

it('keeps what Retry-After says, for 429 and 503', async () => {
  const cdn = await useHostileCdn();
  const { convert } = createConverter({ allowedHosts: [cdn.host] });
  expect((await convert(cdn.url('/too-many'))).outcome).toMatchObject({ retryAfterSeconds: 120 });
  expect((await convert(cdn.url('/unavailable-until'))).outcome).toMatchObject({ retryAfterSeconds: 90 });
  const url = cdn.serve('/dated', (_, response) =>
    response.writeHead(429, { 'retry-after': new Date(Date.now() + 600_000).toUTCString() }).end(),
  );
  const { outcome } = await convert(url);
  const seconds = outcome?.status === 'failed' ? outcome.retryAfterSeconds : null;
  expect(seconds).toBeGreaterThan(590);
  expect(seconds).toBeLessThanOrEqual(600);
});

it.each([
  ['7', 7],
  ['0', 0],
  ['9'.repeat(400), 604_800],
  ['Fri, 31 Dec 9999 23:59:59 GMT', 604_800],
  ['Wed, 21 Oct 2015 07:28:00 GMT', 0],
  ['-5', null],
  ['1.5', null],
  ['soon', null],
  ['', null],
])('reads Retry-After: %s as %s seconds', async (retryAfter, retryAfterSeconds) => {
  const cdn = await useHostileCdn();
  const { convert } = createConverter({ allowedHosts: [cdn.host] });
  const url = cdn.serve('/later', (_, response) => response.writeHead(429, { 'retry-after': retryAfter }).end());
  expect((await convert(url)).outcome).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds });
});

it('names a refused connection, a failed look-up, a failed TLS handshake, a silent one and a silent resolver', async () => {
  const cdn = await useHostileCdn();
  const silent = createServer((socket) => socket.on('error', () => {}));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void silent.close());
  const { port } = silent.address() as AddressInfo;
  const codes: Record<string, string> = { later: 'EAI_AGAIN', gone: 'ENOTFOUND' };
  // Each phase has a limit of its own, long before the total's.
  const timeouts = { connect: 1, headers: 1, idle: 1, total: 60, conversion: 20 };
  const { convert } = createConverter({
    settings: { timeouts },
    allowedHosts: [cdn.host, '127.0.0.1:1', `127.0.0.1:${port}`],
    lookup: (host, options, callback) => {
      const code = codes[host.split('.')[0] ?? ''];
      if (code !== undefined) callback(Object.assign(new Error(host), { code }), []);
      else if (host !== 'mute.example') lookup(host, options, callback);
    },
  });
  expect(await convert('http://127.0.0.1:1/a.jpg')).toMatchObject({ result: 'CONNECTION_FAILED', blip: true });
  expect(await convert('http://gone.example/a.jpg')).toMatchObject({ result: 'DNS_FAILED', blip: false });
  expect(await convert('http://later.example/a.jpg')).toMatchObject({ result: 'DNS_FAILED', blip: true });
  expect(await convert(`https://${cdn.host}/a.jpg`)).toMatchObject({ result: 'TLS_FAILED', blip: false });
  for (const url of [`https://127.0.0.1:${port}/`, 'http://mute.example/', cdn.url('/silent'), cdn.url('/stall')]) {
    const attempt = await convert(url);
    expect(attempt).toMatchObject({ result: 'TIMEOUT', blip: false });
    expect(attempt.seconds).toBeLessThan(8);
  }
  // Node.js asks no server for a name that is too long.
  expect(await convert(`http://${'a'.repeat(300)}/a.jpg`)).toMatchObject({ result: 'DNS_FAILED', blip: false });
});

it('asks again at once when the server has closed a kept connection', async () => {
  const cdn = await useHostileCdn();
  const { convert } = createConverter({ allowedHosts: [cdn.host] });
  const image = await picture(40, 30).png().toBuffer();
  let asked = 0;
  const url = cdn.serve('/flaky.png', (request, response) => {
    asked += 1;
    if (asked === 2) request.socket.destroy();
    else response.end(image);
  });
  expect((await convert(url)).result).toBe('converted');
  expect((await convert(url)).result).toBe('converted');
  expect(asked).toBe(3);
});
