import { lookup } from 'node:dns';
import { batchMilliseconds } from '../../workflows/batch-time.ts';
import { convertImageInputSchema, type ImageItem, type ImageOutcome } from '../../workflows/payloads/images.ts';
import { createObject } from '../shared/aws/storage.ts';
import { environment } from '../shared/runtime/environment.ts';
import { loggerFor } from '../shared/runtime/logger.ts';
import { conversionSettingsSchema, storingSeconds } from './conversion-settings.ts';
import { convertImage, type Dependencies } from './convert-image.ts';
import { restrictDecoders } from './decode/decoders.ts';
import { fetchImage } from './fetch/fetch-image.ts';
import { hostHolds } from './fetch/host-holds.ts';
import { createImageAgent } from './fetch/image-agent.ts';

/** Lambda's context, of which no more is needed; tests go without. */
type Remaining = { getRemainingTimeInMillis(): number };

let dependencies: Dependencies | undefined;

/** Converts one image within what Lambda gives it; see convertImage for what it returns and throws. */
export async function handler(event: unknown, context?: Remaining): Promise<ImageOutcome> {
  const item = timedItem(event);
  const { imageId, attempt } = item;
  dependencies ??= connect();
  try {
    const outcome = await convertImage(item, dependencies, deadlineOf(context));
    if (outcome.status === 'failed') {
      loggerFor({ imageId }).info('Image failed', { attempt, code: outcome.code, reason: outcome.message });
    }
    return outcome;
  } catch (error) {
    // Lambda's own line about a thrown error does not say which image it was.
    loggerFor({ imageId }).warn('Conversion threw', { attempt, error: asError(error) });
    throw error;
  }
}

function deadlineOf(context: Remaining | undefined): number {
  const left = context?.getRemainingTimeInMillis() ?? Number.POSITIVE_INFINITY;
  return Date.now() + left - storingSeconds * 1000;
}

/** The image, to be begun while both its Take and its batch have time. */
function timedItem(event: unknown): ImageItem {
  const { image, batchStartedAt } = convertImageInputSchema.parse(event);
  const batchEnds = Date.parse(batchStartedAt) + batchMilliseconds;
  return { ...image, notAfter: Math.min(image.notAfter ?? batchEnds, batchEnds) };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function connect(): Dependencies {
  restrictDecoders();
  const settings = conversionSettingsSchema.parse(JSON.parse(environment('CONVERSION_SETTINGS')));
  const allowedHosts = new Set(
    environment('ALLOWED_IMAGE_HOSTS')
      .split(/[\s,]+/)
      .filter(Boolean),
  );
  const agent = createImageAgent({ ...settings, allowedHosts, lookup });
  const bucket = environment('IMAGES_BUCKET');
  return {
    settings,
    baseUrl: environment('IMAGES_BASE_URL'),
    holds: hostHolds(environment('WORK_BUCKET')),
    fetchImage: (item, options) => fetchImage(item, agent, settings, options),
    writeRendition: (key, bytes) =>
      createObject(bucket, key, bytes, {
        contentType: 'image/webp',
        cacheControl: 'public, max-age=31536000, immutable',
      }),
  };
}
