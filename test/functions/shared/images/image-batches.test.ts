import fc from 'fast-check';
import { expect, it } from 'vitest';
import { batchImages } from '../../../../functions/shared/images/image-batches.ts';

const hosts = fc.array(
  fc.record({ images: fc.nat(200), lanes: fc.integer({ min: 1, max: 8 }), urlLength: fc.constantFrom(30, 4000) }),
  { minLength: 1, maxLength: 6 },
);

it('batches hold every image once, never more of a host than it has lanes, and fit into a state', () => {
  fc.assert(
    fc.property(hosts, fc.integer({ min: 1, max: 40 }), (given, batchSize) => {
      let imageId = 0;
      const items = given.flatMap(({ images, urlLength }, host) =>
        Array.from({ length: images }, () => {
          imageId += 1;
          const fields = {
            supplierCode: 'acme',
            attempt: 1,
            etag: null,
            lastModified: null,
            headers: {},
            allowSvg: false,
          };
          return { host: `h${host}`, item: { imageId, sourceUrl: 'x'.repeat(urlLength), ...fields } };
        }),
      );
      const grants = given.map(({ lanes }, host) => ({
        host: `h${host}`,
        lanes: Array.from({ length: lanes }, (_, lane) => host * 10 + lane + 1),
      }));
      const batches = batchImages(items, grants, batchSize);

      const hostOf = new Map(items.map(({ host, item }) => [item.imageId, host]));
      const ids = batches.flatMap(({ Items }) => Items.map((item) => item.imageId));
      expect(new Set(ids).size).toBe(ids.length);
      const lanes = batches.flatMap((batch) => batch.lanes);
      expect(new Set(lanes).size).toBe(lanes.length);
      for (const { host, lanes: granted } of grants) {
        const own = batches.filter(({ Items }) => Items.some((item) => hostOf.get(item.imageId) === host));
        expect(own.length).toBeLessThanOrEqual(granted.length);
        const images = items.filter((item) => item.host === host).length;
        if (images > 0) expect(own.length).toBeGreaterThan(0);
      }
      for (const { Items } of batches) {
        expect(Items.length).toBeLessThanOrEqual(batchSize);
        expect(Buffer.byteLength(JSON.stringify(Items))).toBeLessThanOrEqual(130_000);
      }
    }),
  );
});
