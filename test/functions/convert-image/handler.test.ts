import { GetObjectCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import sharp from 'sharp';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { handler as convertImage } from '../../../functions/convert-image/handler.ts';
import { imageOutcomeSchema } from '../../../workflows/payloads/images.ts';
import { useHostileCdn } from '../../support/hostile-cdn.ts';
import { imageItem } from '../../support/hostile-cdn-client.ts';
import { picture } from '../../support/hostile-cdn-images.ts';
import type { HostileCdn } from '../../support/hostile-cdn-types.ts';
import { useServices } from '../../support/services.ts';

const services = useServices({ buckets: ['images', 'work'] });
let handler: typeof convertImage;

/** The handler as Lambda loads it: the environment is read once. */
async function loadHandler(cdn: HostileCdn, settings: object = {}): Promise<void> {
  vi.stubEnv('WORK_BUCKET', 'work');
  vi.stubEnv('IMAGES_BUCKET', 'images');
  vi.stubEnv('IMAGES_BASE_URL', 'https://images.example.com');
  vi.stubEnv('ALLOWED_IMAGE_HOSTS', `cdn.internal:8080,${cdn.host}`);
  vi.stubEnv('CONVERSION_SETTINGS', JSON.stringify(settings));
  vi.resetModules();
  const loaded = await import('../../../functions/convert-image/handler.ts');
  handler = (image) => loaded.handler({ image, batchStartedAt: new Date().toISOString() });
}

const jpeg = await picture(800, 500).jpeg().toBuffer();
let cdn: HostileCdn;
beforeEach(async () => {
  cdn = await useHostileCdn();
});

describe('a converted image', () => {
  it('is stored as two immutable WebP files and reported with their addresses', async () => {
    await loadHandler(cdn);
    const url = cdn.serve('/a.jpg', (_, response) => response.writeHead(200, { etag: '"v1"' }).end(jpeg));
    const outcome = imageOutcomeSchema.parse(await handler(imageItem(url)));
    if (outcome.status !== 'converted') throw new Error(`expected converted, received ${outcome.status}`);
    const { objectKey, renditions } = outcome;
    expect(outcome).toMatchObject({ imageId: 1, attempt: 1, etag: '"v1"', lastModified: null });
    expect(objectKey).toMatch(/^acme\/[0-9a-f]{32}$/);
    expect(outcome.baseUrl).toBe('https://images.example.com');
    expect(renditions).toEqual({ large: [800, 500, expect.any(Number)], thumb: [400, 250, expect.any(Number)] });
    const s3 = new S3Client({ forcePathStyle: true });
    for (const [name, [width, height, bytes]] of Object.entries(renditions)) {
      const key = `${objectKey}/${name}.webp`;
      const head = await s3.send(new HeadObjectCommand({ Bucket: 'images', Key: key }));
      expect(head).toMatchObject({
        ContentType: 'image/webp',
        CacheControl: 'public, max-age=31536000, immutable',
        ContentLength: bytes,
      });
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'images', Key: key }));
      const stored = await sharp(await Body?.transformToByteArray()).metadata();
      expect(stored).toMatchObject({ format: 'webp', width, height });
    }
  });

  it('has a key that depends on its bytes, the settings and the supplier, and on nothing else', async () => {
    const keyOf = async (bytes: Buffer, settings: object, supplierCode = 'acme') => {
      await loadHandler(cdn, settings);
      const outcome = await handler({ ...imageItem(cdn.serve('/k.jpg', bytes)), supplierCode });
      return outcome.status === 'converted' ? outcome.objectKey : outcome.status;
    };
    const key = await keyOf(jpeg, {});
    expect(await keyOf(jpeg, {})).toBe(key);
    expect(await keyOf(jpeg, { userAgent: 'other', maxBytes: 20_000_000 })).toBe(key);
    expect(await keyOf(jpeg, {}, 'other')).toBe(key.replace('acme', 'other'));
    expect(await keyOf(Buffer.concat([jpeg, Buffer.from('\n')]), {})).not.toBe(key);
    expect(await keyOf(jpeg, { effort: 3 })).not.toBe(key);
    expect(
      await keyOf(jpeg, { renditions: { large: { side: 1600, quality: 79 }, thumb: { side: 400, quality: 80 } } }),
    ).not.toBe(key);
    const swapped = { renditions: { thumb: { side: 400, quality: 80 }, large: { side: 1600, quality: 80 } } };
    expect(await keyOf(jpeg, swapped)).toBe(key);
  });
});

it('reports what a later attempt may cure as failed, with what Retry-After said', async () => {
  await loadHandler(cdn);
  expect(await handler({ ...imageItem(cdn.url('/too-many')), attempt: 3 })).toEqual({
    imageId: 1,
    attempt: 3,
    firstByteMilliseconds: expect.any(Number),
    status: 'failed',
    code: 'RATE_LIMITED',
    message: `${cdn.host} answered 429; expected 200.`,
    retryAfterSeconds: 120,
  });
});

it('throws ImageBlip with its code for what may be gone in seconds', async () => {
  await loadHandler(cdn);
  await expect(handler(imageItem(cdn.url('/server-error')))).rejects.toMatchObject({
    name: 'ImageBlip',
    message: `SERVER_ERROR: ${cdn.host} answered 500; expected 200.`,
  });
});

it('throws ServiceUnavailable while S3 fails, and reports nothing', async () => {
  const url = cdn.serve('/b.jpg', jpeg);
  // A closed port: the SDK's own retries end in a moment.
  vi.stubEnv('AWS_ENDPOINT_URL_S3', 'http://127.0.0.1:1');
  await loadHandler(cdn);
  await expect(handler(imageItem(url))).rejects.toMatchObject({ name: 'ServiceUnavailable' });
  vi.stubEnv('AWS_ENDPOINT_URL_S3', `http://127.0.0.1:${services.fauxqs().port}`);
  await loadHandler(cdn);
  expect((await handler(imageItem(url))).status).toBe('converted');
});

it('guards every host that is not on the list', async () => {
  await loadHandler(cdn);
  const item = imageItem('http://127.0.0.1:9001/2018-06-01/runtime/invocation/next');
  expect(await handler(item)).toMatchObject({ status: 'failed', code: 'BLOCKED_ADDRESS' });
});

it('refuses an event that is no image item', async () => {
  await loadHandler(cdn);
  await expect(handler({ ...imageItem('x'), imageId: 'one' })).rejects.toThrow('imageId');
});
