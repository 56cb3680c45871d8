import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requestPath, type SampleCdn, startSampleCdn } from '../../../../local/demo/sample/cdn.ts';
import { sampleImages, shownSize } from '../../../../local/demo/sample/sample-images.ts';
import type { Behaviour } from '../../../../local/demo/sample/special-cases.ts';

const seed = 5;
const images = sampleImages({ seed, count: 200 });

let cdn: SampleCdn;
beforeEach(async () => {
  cdn = await startSampleCdn({ seed, images: images.length });
});
afterEach(() => cdn.close());

function withBehaviour(behaviour: Behaviour) {
  const image = images.find((candidate) => candidate.behaviour === behaviour);
  if (image === undefined) throw new Error(`No image that ${behaviour}`);
  return image;
}

const get = (path: string, init: RequestInit = {}) => fetch(cdn.url + requestPath(path), init);
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

describe('misbehaviour', () => {
  it.each<[Behaviour, number[]]>([
    ['is missing', [404, 404, 404]],
    ['is uploaded late', [404, 200, 200]],
    ['fails once', [500, 200, 200]],
    ['limits the rate twice', [429, 429, 200]],
  ])('an image that %s answers %j', async (behaviour, expected) => {
    const { path } = withBehaviour(behaviour);
    const statuses: number[] = [];
    for (const _ of expected) {
      const response = await get(path);
      statuses.push(response.status);
      expect(response.headers.get('retry-after')).toBe(response.status === 429 ? '1' : null);
      const bytes = await bytesOf(response);
      if (response.ok) expect((await sharp(bytes).metadata()).format).toBe('jpeg');
    }
    expect(statuses).toEqual(expected);
  });

  it.each<[Behaviour, string]>([
    ['redirects', '/shop/armchair.jpg'],
    ['redirects to a space', '../new shop/sideboard.jpg'],
  ])('an image that %s is where Location says', async (behaviour, location) => {
    const image = withBehaviour(behaviour);
    const moved = await get(image.path, { redirect: 'manual' });
    expect([moved.status, moved.headers.get('location')]).toEqual([301, location]);
    const followed = await get(image.path);
    expect(followed.redirected).toBe(true);
    expect(await sharp(await bytesOf(followed)).metadata()).toMatchObject({ width: image.width });
  });

  it('a truncated JPEG arrives whole as a transfer and not as a picture', async () => {
    const response = await get(withBehaviour('is truncated').path);
    const bytes = await bytesOf(response);
    expect(Number(response.headers.get('content-length'))).toBe(bytes.length);
    await expect(sharp(bytes).stats()).rejects.toThrow();
  });

  it('a web page claims to be a JPEG', async () => {
    const response = await get(withBehaviour('is a web page').path);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    expect(await response.text()).toMatch(/^<!doctype html>/);
  });

  it('a pixel bomb is a small file of 256 million pixels', async () => {
    const bytes = await bytesOf(await get(withBehaviour('is a pixel bomb').path));
    expect(bytes.length).toBeLessThan(300_000);
    expect(await sharp(bytes, { limitInputPixels: false }).metadata()).toMatchObject({ width: 16_000, height: 16_000 });
  });

  it('a drip would take minutes, and ends with the server', async () => {
    const response = await get(withBehaviour('drips').path);
    const reader = response.body?.getReader();
    const first = await reader?.read();
    expect(first?.value?.length).toBeLessThan(10);
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(1000);
    const rest = (async () => {
      while (!(await reader?.read())?.done);
    })();
    const ended = expect(rest).rejects.toThrow('terminated');
    await cdn.close();
    await ended;
    cdn = await startSampleCdn({ seed, images: 1 });
  });
});

describe('addresses', () => {
  it('serves every plain image under its address as typed, unicode, spaces and queries included', async () => {
    const plain = images.filter(
      ({ behaviour, path }) => behaviour === 'serves' && !/^\/(products|catalog|img)\//.test(path),
    );
    expect(plain.length).toBeGreaterThan(5);
    for (const image of plain) {
      const bytes = await bytesOf(await get(image.path));
      const { autoOrient } = await sharp(bytes).metadata();
      expect({ path: image.path, ...autoOrient }).toEqual({ path: image.path, ...shownSize(image) });
    }
  });

  it('shows another picture for another ?v=', async () => {
    const [one, two] = await Promise.all([get('/swatches/oak.jpg?v=1'), get('/swatches/oak.jpg?v=2')]);
    expect((await bytesOf(one)).equals(await bytesOf(two))).toBe(false);
    expect((await get('/swatches/oak.jpg')).status).toBe(404);
  });

  it('does not know an address that was encoded twice', async () => {
    expect((await get('/already%20encoded/Oak%20table.jpg')).status).toBe(200);
    expect((await get('/already%2520encoded/Oak%2520table.jpg')).status).toBe(404);
  });

  it('serves a picture without extension as application/octet-stream', async () => {
    const response = await get(withBehaviour('serves as octet-stream').path);
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect((await sharp(await bytesOf(response)).metadata()).format).toBe('jpeg');
  });
});

describe('validators', () => {
  const { path } = images[0] ?? { path: '' };
  const long = 'Thu, 01 Jan 2026 00:00:00 GMT';
  it.each<[string, (etag: string, modified: string) => Record<string, string>, number]>([
    ['the ETag: not modified', (etag) => ({ 'if-none-match': etag }), 304],
    ['a weak form of the ETag in a list: not modified', (etag) => ({ 'if-none-match': `"x", W/${etag}` }), 304],
    [
      'another ETag, whatever the date: the picture',
      (_, date) => ({ 'if-none-match': '"x"', 'if-modified-since': date }),
      200,
    ],
    ['the time of the last change: not modified', (_, date) => ({ 'if-modified-since': date }), 304],
    ['an earlier time: the picture', () => ({ 'if-modified-since': long.replace('2026', '2025') }), 200],
  ])('asked with %s', async (_, headersFor, status) => {
    const first = await get(path);
    await bytesOf(first);
    const headers = headersFor(first.headers.get('etag') ?? '', first.headers.get('last-modified') ?? '');
    const second = await get(path, { headers });
    expect(second.status).toBe(status);
    expect((await bytesOf(second)).length > 0).toBe(status === 200);
    expect(cdn.requests.notModified).toBe(status === 304 ? 1 : 0);
  });
});

describe('counters', () => {
  it('count requests in all and by path, and none for a server left alone', async () => {
    const paths = images.slice(0, 3).map(({ path }) => path);
    for (const path of [...paths, ...paths.slice(0, 1)]) await bytesOf(await get(path));
    expect(cdn.requests.total).toBe(4);
    expect(paths.map((path) => cdn.requests.byPath.get(requestPath(path)))).toEqual([2, 1, 1]);
    expect(cdn.requests.maxConcurrent).toBe(1);
  });

  it('count requests that are answered at the same time', async () => {
    const { path } = withBehaviour('drips');
    const responses = await Promise.all([get(path), get(path), get(path)]);
    expect(cdn.requests.concurrent).toBe(3);
    expect(cdn.requests.maxConcurrent).toBe(3);
    await Promise.all(responses.map((response) => response.body?.cancel()));
  });
});
