import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { ImageItem } from '../../../workflows/payloads/images.ts';
import { ImageError } from '../image-error.ts';

/** What the HTTP client itself says; a supplier's setting for one of them would break the request. */
const reserved = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'upgrade',
  'expect',
  'te',
  'trailer',
  'keep-alive',
  'accept-encoding',
  'range',
  'if-none-match',
  'if-modified-since',
]);

export type RequestHeaders = {
  /** For the host of the image's own URL. */
  ownHost: Record<string, string>;
  /** For any other host a redirect leads to: the supplier's headers may be secrets. */
  otherHosts: Record<string, string>;
};

/** Headers of the requests for one image; throws {@link ImageError} BAD_HEADERS. No cookie is ever kept or sent by itself. */
export function requestHeaders(
  item: Pick<ImageItem, 'headers' | 'etag' | 'lastModified'>,
  userAgent: string,
): RequestHeaders {
  const supplier = Object.fromEntries(
    Object.entries(item.headers).map(([name, value]) => [name.toLowerCase(), checkedValue(name, value)]),
  );
  const otherHosts: Record<string, string> = {
    'user-agent': supplier['user-agent'] ?? userAgent,
    // The original rather than what a CDN would recompress for us.
    accept: 'image/jpeg, image/png, image/*;q=0.8, */*;q=0.5',
    // An image is compressed already: a body that unpacks is a bomb or a mistake.
    'accept-encoding': 'identity',
  };
  if (item.etag !== null) otherHosts['if-none-match'] = item.etag;
  if (item.lastModified !== null) otherHosts['if-modified-since'] = item.lastModified;
  return { ownHost: { ...otherHosts, ...supplier }, otherHosts };
}

function checkedValue(name: string, value: string): string {
  if (reserved.has(name.toLowerCase())) {
    throw new ImageError('BAD_HEADERS', `The supplier's header ${name} is set by the fetcher itself; remove it.`);
  }
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  } catch (cause) {
    throw new ImageError('BAD_HEADERS', `The supplier's header ${JSON.stringify(name)} is not valid in HTTP.`, {
      cause,
    });
  }
  return value;
}
