import { setTimeout } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { conversionSettingsSchema } from '../../../functions/convert-image/conversion-settings.ts';
import { convertImage } from '../../../functions/convert-image/convert-image.ts';
import type { handler as convertImageHandler } from '../../../functions/convert-image/handler.ts';
import { useHostileCdn } from '../../support/hostile-cdn.ts';
import { imageItem } from '../../support/hostile-cdn-client.ts';
import { picture } from '../../support/hostile-cdn-images.ts';
import { useServices } from '../../support/services.ts';

useServices({ buckets: ['images', 'work'] });

async function loadHandler(host: string): Promise<typeof convertImageHandler> {
  vi.stubEnv('WORK_BUCKET', 'work');
  vi.stubEnv('IMAGES_BUCKET', 'images');
  vi.stubEnv('IMAGES_BASE_URL', 'https://images.example.com');
  vi.stubEnv('ALLOWED_IMAGE_HOSTS', host);
  vi.stubEnv('CONVERSION_SETTINGS', '{}');
  vi.resetModules();
  const { handler } = await import('../../../functions/convert-image/handler.ts');
  return (image, context) => handler({ image, batchStartedAt: new Date().toISOString() }, context);
}

/** What Lambda says when so much of the function's time is left. */
const context = (seconds: number) => ({ getRemainingTimeInMillis: () => seconds * 1000 });

it('a server that never ends is given up while there is time to say so', async () => {
  const cdn = await useHostileCdn();
  const handler = await loadHandler(cdn.host);
  const from = performance.now();
  // Five of these are for storing.
  const outcome = await handler(imageItem(cdn.url('/drip')), context(6));
  expect(outcome).toMatchObject({
    status: 'failed',
    code: 'TIMEOUT',
    message: `${cdn.host} had not sent everything after 1 seconds.`,
  });
  expect(performance.now() - from).toBeLessThan(5000);
});

it('decoding is not begun where fetching took all the time, and the code says so', async () => {
  const bytes = await picture(300, 200).jpeg().toBuffer();
  const written: string[] = [];
  const outcome = await convertImage(
    imageItem('https://cdn.example.com/a.jpg'),
    {
      settings: conversionSettingsSchema.parse({}),
      baseUrl: 'https://images.example.com',
      fetchImage: async () => {
        await setTimeout(60);
        return { status: 'fetched', bytes, etag: null, lastModified: null };
      },
      writeRendition: async (key) => void written.push(key),
    },
    Date.now() + 50,
  );
  expect(outcome).toMatchObject({
    status: 'failed',
    code: 'CONVERSION_TIMED_OUT',
    message: 'Decoding and encoding took more than the 0.0 seconds that fetching left.',
  });
  expect(written).toEqual([]);
});

it('an image within its time is converted as ever', async () => {
  const cdn = await useHostileCdn();
  const handler = await loadHandler(cdn.host);
  const url = cdn.serve('/a.jpg', await picture(300, 200).jpeg().toBuffer());
  expect(await handler(imageItem(url), context(55))).toMatchObject({ status: 'converted' });
});
