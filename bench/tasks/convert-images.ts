/** One worker as Lambda has it: converts one image after the other, fetched from a CDN and stored in S3. */
import { lookup } from 'node:dns';
import { z } from 'zod';
import { conversionSettingsSchema } from '../../functions/convert-image/conversion-settings.ts';
import { convertImage } from '../../functions/convert-image/convert-image.ts';
import { restrictDecoders } from '../../functions/convert-image/decode/decoders.ts';
import { fetchImage } from '../../functions/convert-image/fetch/fetch-image.ts';
import { createImageAgent } from '../../functions/convert-image/fetch/image-agent.ts';
import { writeObject } from '../../functions/shared/aws/storage.ts';
import { expectEqual } from '../bench.ts';
import type { Task } from '../measure/measure.ts';

const inputSchema = z.object({ urls: z.array(z.string()), bucket: z.string(), allowedHost: z.string() });

/** `details`: seconds of fetching and of storing, the renditions of an image being stored at the same time. */
export const run: Task = async (input) => {
  const { urls, bucket, allowedHost } = inputSchema.parse(input);
  restrictDecoders();
  const settings = conversionSettingsSchema.parse({});
  const agent = createImageAgent({ ...settings, allowedHosts: new Set([allowedHost]), lookup });
  let fetching = 0;
  let storing = 0;
  for (const [index, sourceUrl] of urls.entries()) {
    let storingFrom = 0;
    let storedAt = 0;
    const item = {
      imageId: index + 1,
      sourceUrl,
      supplierCode: 'bench',
      attempt: 1,
      etag: null,
      lastModified: null,
      headers: {},
      allowSvg: false,
    };
    const outcome = await convertImage(item, {
      settings,
      baseUrl: 'https://images.bench.example',
      fetchImage: async (wanted, options) => {
        const start = performance.now();
        const fetched = await fetchImage(wanted, agent, settings, options);
        fetching += performance.now() - start;
        return fetched;
      },
      writeRendition: async (key, bytes) => {
        storingFrom ||= performance.now();
        await writeObject(bucket, key, bytes, { contentType: 'image/webp' });
        storedAt = performance.now();
      },
    });
    expectEqual(`outcome of ${sourceUrl}`, outcome.status, 'converted');
    storing += storedAt - storingFrom;
  }
  return { count: urls.length, details: { fetching: fetching / 1000, storing: storing / 1000 } };
};
