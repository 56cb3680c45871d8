import { beforeEach, describe, expect, it, vi } from 'vitest';
import { hostHolds } from '../../../functions/convert-image/fetch/host-holds.ts';
import type { handler as convertImage } from '../../../functions/convert-image/handler.ts';
import { useHostileCdn } from '../../support/hostile-cdn.ts';
import { imageItem } from '../../support/hostile-cdn-client.ts';
import { useServices } from '../../support/services.ts';

useServices({ buckets: ['images', 'work'] });

/** A Lambda's environment of its own, as each of a thousand has. */
async function loadHandler(host: string): Promise<typeof convertImage> {
  vi.stubEnv('WORK_BUCKET', 'work');
  vi.stubEnv('IMAGES_BUCKET', 'images');
  vi.stubEnv('IMAGES_BASE_URL', 'https://images.example.com');
  vi.stubEnv('ALLOWED_IMAGE_HOSTS', host);
  vi.stubEnv('CONVERSION_SETTINGS', '{}');
  vi.resetModules();
  const { handler } = await import('../../../functions/convert-image/handler.ts');
  return (image) => handler({ image, batchStartedAt: new Date().toISOString() });
}

let cdn: Awaited<ReturnType<typeof useHostileCdn>>;
let requests = 0;
beforeEach(async () => {
  cdn = await useHostileCdn();
  requests = 0;
});
const limited = (retryAfter: string) =>
  cdn.serve('/limited.jpg', (_, response) => {
    requests += 1;
    response.writeHead(429, { 'retry-after': retryAfter }).end();
  });

describe('an image is postponed without a request', () => {
  it('while its host wants to be left alone, whoever was told so', async () => {
    const url = limited('120');
    expect(await (await loadHandler(cdn.host))(imageItem(url))).toMatchObject({
      status: 'failed',
      code: 'RATE_LIMITED',
    });
    const other = await loadHandler(cdn.host);
    const outcome = await other({ ...imageItem(url), imageId: 2 });
    expect(outcome).toMatchObject({ imageId: 2, attempt: 1, status: 'postponed' });
    expect(outcome.status === 'postponed' && outcome.retryAfterSeconds).toBeGreaterThan(115);
    expect(requests).toBe(1);
  });

  it('and asked again by its state where that is a matter of seconds', async () => {
    const url = limited('3');
    const handler = await loadHandler(cdn.host);
    expect(await handler(imageItem(url))).toMatchObject({ status: 'failed', code: 'RATE_LIMITED' });
    await expect(handler(imageItem(url))).rejects.toMatchObject({ name: 'HostOnHold' });
    expect(requests).toBe(1);
  });

  it('until that time is over, a second where the host says none', async () => {
    const url = limited('0');
    const handler = await loadHandler(cdn.host);
    const limitedFrom = Date.now();
    expect(await handler(imageItem(url))).toMatchObject({ status: 'failed', code: 'RATE_LIMITED' });
    // Asked again and again, as by a workflow that does not wait at all.
    const askedAgain = async () => expect(await handler(imageItem(url))).toMatchObject({ code: 'RATE_LIMITED' });
    await vi.waitFor(askedAgain, { timeout: 10_000, interval: 50 });
    expect(requests).toBe(2);
    expect(Date.now() - limitedFrom).toBeGreaterThanOrEqual(1000);
  });

  it('where its batch is out of time', async () => {
    const handler = await loadHandler(cdn.host);
    const item = { ...imageItem(limited('1')), notAfter: Date.now() - 1 };
    expect(await handler(item)).toEqual({
      imageId: 1,
      attempt: 1,
      firstByteMilliseconds: null,
      status: 'postponed',
      retryAfterSeconds: 0,
    });
    expect(requests).toBe(0);
  });

  it('and other hosts are asked meanwhile', async () => {
    await loadHandler(cdn.host);
    const holds = hostHolds('work');
    await holds.write('busy.example', 60);
    expect(await holds.read('busy.example')).toBe(60);
    expect(await holds.read('other.example')).toBe(0);
  });
});
