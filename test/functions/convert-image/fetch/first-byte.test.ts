import type { LookupFunction } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { useHostileCdn } from '../../../support/hostile-cdn.ts';
import { createConverter } from '../../../support/hostile-cdn-client.ts';
import { picture } from '../../../support/hostile-cdn-images.ts';

const jpeg = await picture(30, 20).jpeg().toBuffer();

/** Milliseconds to the first byte as the outcome tells them, of images at a server that takes its time for each path. */
async function firstByte(path: string, lookup?: LookupFunction, host = '127.0.0.1') {
  const cdn = await useHostileCdn();
  const { convert } = createConverter({ allowedHosts: [`${host}:${cdn.port}`], ...(lookup && { lookup }) });
  cdn.serve('/slow.jpg', async (_, response) => {
    await setTimeout(800);
    response.writeHead(200).end(jpeg);
  });
  cdn.serve('/slow-body.jpg', async (_, response) => {
    response.writeHead(200).write(jpeg.subarray(0, 100));
    await setTimeout(800);
    response.end(jpeg.subarray(100));
  });
  cdn.serve('/hints.jpg', async (_, response) => {
    response.writeEarlyHints({ link: '</a.css>; rel=preload' });
    await setTimeout(800);
    response.writeHead(200).end(jpeg);
  });
  cdn.serve('/slow-redirect.jpg', async (_, response) => {
    await setTimeout(800);
    response.writeHead(302, { location: '/fast.jpg' }).end();
  });
  cdn.serve('/slow-404.jpg', async (_, response) => {
    await setTimeout(800);
    response.writeHead(404).end();
  });
  cdn.serve('/fast.jpg', jpeg);
  cdn.serve('/same.jpg', (_, response) => response.writeHead(304).end());
  const { outcome } = await convert(`http://${host}:${cdn.port}${path}`, { etag: '"v1"' });
  if (outcome === null || outcome.status === 'crashed') throw new Error('expected an outcome');
  return outcome.firstByteMilliseconds;
}

/** Answers with loopback after a while, as a slow name server does. */
const slowLookup: LookupFunction = (_hostname, options, answer) => {
  const found = { address: '127.0.0.1', family: 4 };
  const tell = () => (options.all ? answer(null, [found]) : answer(null, found.address, found.family));
  globalThis.setTimeout(tell, 800);
};

it.each([
  ['of a server that takes its time', '/slow.jpg'],
  ['of an answer that is no image', '/slow-404.jpg'],
  ['after early hints', '/hints.jpg'],
])('tells how long the first byte took: %s', async (_, path) => {
  // Timers may fire a millisecond early.
  expect(await firstByte(path)).toBeGreaterThanOrEqual(790);
});

it.each([
  ['the body', '/slow-body.jpg'],
  ['a redirect to the last hop', '/slow-redirect.jpg'],
])('does not count %s', async (_, path) => {
  expect(await firstByte(path)).toBeLessThan(700);
});

it('does not count looking up the name', async () => {
  expect(await firstByte('/fast.jpg', slowLookup, 'cdn.example')).toBeLessThan(700);
});

it('tells it of an image that has not changed', async () => {
  expect(await firstByte('/same.jpg')).toEqual(expect.any(Number));
});

it('is null where nothing was asked', async () => {
  const { convert } = createConverter({});
  expect((await convert('http://127.0.0.1/a.jpg')).outcome).toMatchObject({
    code: 'BLOCKED_ADDRESS',
    firstByteMilliseconds: null,
  });
});
