import { createHash } from 'node:crypto';
import { HostOnHoldError, ImageBlipError } from '../../workflows/errors.ts';
import type { ImageItem, ImageOutcome } from '../../workflows/payloads/images.ts';
import { holdSeconds, shortHoldSeconds } from '../shared/hosts/politeness.ts';
import { normaliseImageUrl } from '../shared/images/image-url.ts';
import { imageKeys } from '../shared/imports/object-keys.ts';
import { acceptFile } from './accept-file.ts';
import { type ConversionSettings, outputHash } from './conversion-settings.ts';
import { conversionTime } from './decode/conversion-time.ts';
import { type RenderedImage, renderImage } from './decode/render-image.ts';
import type { FetchedImage, FetchOptions } from './fetch/fetch-image.ts';
import type { HostHolds } from './fetch/host-holds.ts';
import { ImageError } from './image-error.ts';

export type Dependencies = {
  settings: ConversionSettings;
  /** Address under which the images bucket is read, without a trailing slash. */
  baseUrl: string;
  /** Throws {@link ImageError}. */
  fetchImage: (item: ImageItem, options: FetchOptions) => Promise<FetchedImage>;
  /** Left out by what measures the rest: every host may be asked at any time. */
  holds?: HostHolds;
  /** Writes one rendition; throws ServiceUnavailableError. */
  writeRendition: (key: string, bytes: Buffer) => Promise<void>;
};

/**
 * Fetches, decides, converts and stores one image. Its renditions are all written before it is reported converted, under
 * keys that their content decides: dying in between leaves objects that the next attempt writes again.
 * An image whose batch is out of time, or whose host wants to be left alone, is postponed without a request.
 * Throws {@link HostOnHoldError} where that is a matter of seconds, {@link ImageBlipError} for what may be gone in seconds;
 * everything else about an image is an outcome.
 *
 * `deadline` is the Unix time in milliseconds at which storing is to begin: what of fetching, decoding and encoding is not
 * done by then is the outcome's code.
 */
export async function convertImage(
  item: ImageItem,
  dependencies: Dependencies,
  deadline = Number.POSITIVE_INFINITY,
): Promise<ImageOutcome> {
  let firstByteMilliseconds: number | null = null;
  const { imageId, attempt } = item;
  const { settings } = dependencies;
  const host = normaliseImageUrl(item.sourceUrl)?.host ?? '';
  const wait = await secondsToWait(item, host, dependencies.holds);
  if (wait !== null && wait > 0 && wait <= shortHoldSeconds) {
    throw new HostOnHoldError(`${host} wants to be left alone for ${wait} s.`);
  }
  if (wait !== null) {
    return { imageId, attempt, firstByteMilliseconds, status: 'postponed', retryAfterSeconds: wait };
  }
  try {
    const fetched = await dependencies.fetchImage(item, {
      seconds: secondsUntil(deadline),
      onFirstByte: (milliseconds) => {
        firstByteMilliseconds = milliseconds;
      },
    });
    if (fetched.status === 'not_modified') return { imageId, attempt, firstByteMilliseconds, status: 'not_modified' };
    const time = conversionTime(settings.timeouts.conversion, secondsUntil(deadline));
    const format = await acceptFile(fetched.bytes, item.allowSvg, settings);
    const rendered = await renderImage(fetched.bytes, format, settings, time);
    const sourceSha256 = createHash('sha256').update(fetched.bytes).digest('hex');
    const objectKey = imageKeys.prefix(item.supplierCode, outputHash(sourceSha256, settings));
    const renditions = await Promise.all(rendered.map((rendition) => store(rendition, objectKey, dependencies)));
    const { etag, lastModified } = fetched;
    return {
      imageId,
      attempt,
      firstByteMilliseconds,
      status: 'converted',
      etag,
      lastModified,
      sourceSha256,
      baseUrl: dependencies.baseUrl,
      objectKey,
      renditions: Object.fromEntries(renditions),
    };
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    const { code, message, retryAfterSeconds } = error;
    const hold = holdSeconds(code, retryAfterSeconds);
    if (hold > 0) await dependencies.holds?.write(host, hold);
    if (error.blip) throw new ImageBlipError(`${code}: ${message}`, { cause: error });
    return { imageId, attempt, firstByteMilliseconds, status: 'failed', code, message, retryAfterSeconds };
  }
}

const secondsUntil = (deadline: number) => (deadline - Date.now()) / 1000;

/** Seconds to postpone the image by, or null: its batch has time left, and its host may be asked. */
async function secondsToWait(item: ImageItem, host: string, holds: HostHolds | undefined): Promise<number | null> {
  if (item.notAfter !== undefined && Date.now() > item.notAfter) return 0;
  const hold = await holds?.read(host);
  return hold ? hold : null;
}

async function store(
  { name, bytes, width, height }: RenderedImage,
  objectKey: string,
  dependencies: Dependencies,
): Promise<[name: string, size: [width: number, height: number, bytes: number]]> {
  await dependencies.writeRendition(imageKeys.rendition(objectKey, name), bytes);
  return [name, [width, height, bytes.length]];
}
