import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchBytes, batchSmallHosts, cutBatches } from '../../../../functions/shared/images/image-batches.ts';
import type { ImageItem } from '../../../../workflows/payloads/images.ts';

const anItem = (imageId: number, urlLength: number): ImageItem => ({
  imageId,
  sourceUrl: 'x'.repeat(urlLength),
  supplierCode: 'acme',
  attempt: 1,
  etag: null,
  lastModified: null,
  headers: {},
  allowSvg: false,
});
const urlLength = fc.constantFrom(30, 4000);
const fits = (items: readonly ImageItem[]) =>
  expect(Buffer.byteLength(JSON.stringify(items))).toBeLessThanOrEqual(batchBytes + 4500);

describe('batches of one host', () => {
  it('hold every image once, in order, at most as many as they are to, and fit into a state', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 8 }), urlLength, (sizes, length) => {
        const count = sizes.reduce((total, size) => total + size, 0);
        const items = Array.from({ length: count }, (_, index) => anItem(index + 1, length));
        const batches = cutBatches(items, sizes);
        expect(batches.flat()).toEqual(items);
        for (const batch of batches) fits(batch);
        if (length === 30) expect(batches.map((batch) => batch.length)).toEqual(sizes);
      }),
    );
  });
});

describe('batches of hosts with few images', () => {
  const hosts = fc.array(fc.record({ images: fc.nat(100), lanes: fc.integer({ min: 1, max: 8 }), urlLength }), {
    minLength: 1,
    maxLength: 6,
  });

  it('hold no image twice, are never more of a host than it has lanes, and fit into a state', () => {
    fc.assert(
      fc.property(hosts, fc.integer({ min: 1, max: 40 }), (given, batchSize) => {
        let imageId = 0;
        const items = given.flatMap(({ images, urlLength }, host) =>
          Array.from({ length: images }, () => ({ host: `h${host}`, item: anItem(++imageId, urlLength) })),
        );
        const lanes = new Map(given.map(({ lanes }, host) => [`h${host}`, lanes]));
        const batches = batchSmallHosts(items, lanes, batchSize);
        const ids = batches.flat().map(({ item }) => item.imageId);
        expect(new Set(ids).size).toBe(ids.length);
        for (const [host, count] of lanes) {
          const own = batches.filter((batch) => batch.some((item) => item.host === host));
          expect(own.length).toBeLessThanOrEqual(count);
          if (items.some((item) => item.host === host)) expect(own.length).toBeGreaterThan(0);
        }
        for (const batch of batches) {
          expect(batch.length).toBeLessThanOrEqual(batchSize);
          fits(batch.map(({ item }) => item));
        }
      }),
    );
  });

  it('go together, one after the other', () => {
    const items = ['a', 'b', 'c'].flatMap((host, index) =>
      [1, 2].map((n) => ({ host, item: anItem(10 * index + n, 30) })),
    );
    const lanes = new Map([
      ['a', 2],
      ['b', 1],
      ['c', 1],
    ]);
    const hosts = batchSmallHosts(items, lanes, 40).map((batch) => batch.map(({ host }) => host).join(''));
    expect(hosts).toEqual(['a', 'abbcc']);
  });
});
