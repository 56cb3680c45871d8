import { createHash } from 'node:crypto';
import { HostOnHoldError, ImageBlipError } from '../../workflows/errors.ts';
import type { ImageItem, ImageOutcome } from '../../workflows/payloads/images.ts';
import { holdSeconds, shortHoldSeconds } from '../shared/hosts/politeness.ts';
import { normaliseImageUrl } from '../shared/images/image-url.ts';
import { imageKeys } from '../shared/imports/object-keys.ts';
import { type ConversionSettings, outputHash } from './conversion-settings.ts';
import { decodingError } from './decode/decoding-errors.ts';
import { checkSize } from './decode/image-size.ts';
import { type RenderedImage, renderImage } from './decode/render-image.ts';
import type { FetchedImage, FetchOptions } from './fetch/fetch-image.ts';
import type { HostHolds } from './fetch/host-holds.ts';
import { ImageError } from './image-error.ts';
import { identifyFile } from './inspect/image-format.ts';
import { limitMetadata } from './inspect/metadata-limit.ts';
import { refuseUnsafeSvg } from './inspect/unsafe-svg.ts';

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
 */
export async function convertImage(item: ImageItem, dependencies: Dependencies): Promise<ImageOutcome> {
  let firstByteMilliseconds: number | null = null;
  const { imageId, attempt } = item;
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
      seconds: Number.POSITIVE_INFINITY,
      onFirstByte: (milliseconds) => {
        firstByteMilliseconds = milliseconds;
      },
    });
    if (fetched.status === 'not_modified') return { imageId, attempt, firstByteMilliseconds, status: 'not_modified' };
    const rendered = await render(fetched.bytes, item, dependencies.settings);
    const sourceSha256 = createHash('sha256').update(fetched.bytes).digest('hex');
    const objectKey = imageKeys.prefix(item.supplierCode, outputHash(sourceSha256, dependencies.settings));
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

/** Seconds to postpone the image by, or null: its batch has time left, and its host may be asked. */
async function secondsToWait(item: ImageItem, host: string, holds: HostHolds | undefined): Promise<number | null> {
  if (item.notAfter !== undefined && Date.now() > item.notAfter) return 0;
  const hold = await holds?.read(host);
  return hold ? hold : null;
}

async function render(bytes: Buffer, item: ImageItem, settings: ConversionSettings): Promise<RenderedImage[]> {
  const file = await identifyFile(bytes);
  if (file.kind === 'html') throw new ImageError('HTML_PAGE', `The URL shows ${file.name}; expected an image.`);
  if (file.kind === 'text') throw new ImageError('TEXT_ANSWER', `The URL shows ${file.name}; expected an image.`);
  if (file.kind === 'other') {
    throw new ImageError(
      'UNSUPPORTED_FORMAT',
      `The file is ${file.name}; expected JPEG, PNG, GIF, WebP, AVIF or TIFF.`,
    );
  }
  if (file.format === 'svg') {
    if (!item.allowSvg) {
      throw new ImageError('UNSUPPORTED_FORMAT', 'The file is an SVG image, which is not allowed for this supplier.');
    }
    for (const raster of refuseUnsafeSvg(bytes)) await checkRaster(raster, settings);
  } else {
    limitMetadata(bytes, file.format, settings);
  }
  return renderImage(bytes, file.format, settings);
}

/** A picture inside an SVG is decoded by librsvg, whose limits are not ours. */
async function checkRaster(bytes: Buffer, settings: ConversionSettings): Promise<void> {
  try {
    await checkSize(bytes, settings);
  } catch (error) {
    throw decodingError(error, bytes, 'svg', settings);
  }
}

async function store(
  { name, bytes, width, height }: RenderedImage,
  objectKey: string,
  dependencies: Dependencies,
): Promise<[name: string, size: [width: number, height: number, bytes: number]]> {
  await dependencies.writeRendition(imageKeys.rendition(objectKey, name), bytes);
  return [name, [width, height, bytes.length]];
}
