import type { IncomingHttpHeaders } from 'node:http';
import { type Dispatcher, errors, request } from 'undici';
import type { ImageItem } from '../../../workflows/payloads/images.ts';
import { normaliseImageUrl, redirectTarget } from '../../shared/images/image-url.ts';
import type { ConversionSettings } from '../conversion-settings.ts';
import { ImageError } from '../image-error.ts';
import { connectionError } from './connection-errors.ts';
import { directLink } from './direct-link.ts';
import { timeFirstByte } from './first-byte.ts';
import { readBody } from './read-body.ts';
import { type RequestHeaders, requestHeaders } from './request-headers.ts';
import { statusError } from './response-status.ts';

export type FetchedImage =
  | { status: 'fetched'; bytes: Buffer; etag: string | null; lastModified: string | null }
  | { status: 'not_modified' };

type FetchSettings = Pick<ConversionSettings, 'maxBytes' | 'maxRedirects' | 'timeouts' | 'userAgent'>;

const redirects = new Set([301, 302, 303, 307, 308]);

/** What one fetch is to end by, and what it tells besides its result. */
export type FetchOptions = {
  /** At most so many, if that is less than `timeouts.total`. */
  seconds: number;
  /** Called with each answer, those that redirect among them: see timeFirstByte. */
  onFirstByte(milliseconds: number): void;
};

/**
 * Fetches the bytes at the item's URL, following redirects, within the limits of `settings`; `agent` decides which
 * addresses may be reached. Throws {@link ImageError} for anything a server, the network or the URL may do.
 */
export async function fetchImage(
  item: Pick<ImageItem, 'sourceUrl' | 'headers' | 'etag' | 'lastModified'>,
  agent: Dispatcher,
  settings: FetchSettings,
  options: FetchOptions,
): Promise<FetchedImage> {
  const timed = timeFirstByte(agent, options.onFirstByte);
  const limit = timeLimit(Math.min(settings.timeouts.total, options.seconds));
  const headers = requestHeaders(item, settings.userAgent);
  const conditional = item.etag !== null || item.lastModified !== null;
  const first = sourceUrl(item.sourceUrl);
  let url = first;
  let ownHost = true;
  for (let hop = 0; hop <= settings.maxRedirects; hop += 1) {
    ownHost &&= isSameHost(first, url);
    const response = await send(url, timed, headers, ownHost, limit);
    if (redirects.has(response.statusCode)) {
      await discard(response.body);
      url = nextUrl(response.headers.location, url);
      continue;
    }
    if (response.statusCode === 304 && conditional) {
      await discard(response.body);
      return { status: 'not_modified' };
    }
    if (response.statusCode !== 200) {
      await discard(response.body);
      throw statusError(response.statusCode, url.host, headerText(response.headers['retry-after']), new Date());
    }
    return {
      status: 'fetched',
      bytes: await receive(response, url, limit, settings.maxBytes),
      ...validators(response.headers),
    };
  }
  throw new ImageError('TOO_MANY_REDIRECTS', `More than ${settings.maxRedirects} redirects, the last to ${url.host}.`);
}

function sourceUrl(text: string): URL {
  const normalised = normaliseImageUrl(text);
  if (normalised === null) throw new ImageError('BAD_URL', 'The URL is not one of http or https.');
  return fetchable(new URL(normalised.url));
}

function nextUrl(location: string | string[] | undefined, from: URL): URL {
  const text = headerText(location);
  if (text === undefined || text === '') {
    throw new ImageError('TOO_MANY_REDIRECTS', `${from.host} redirects without saying where to.`);
  }
  const url = redirectTarget(text, from);
  if (url === null) throw new ImageError('BAD_URL', `${from.host} redirects to something that is not http or https.`);
  return fetchable(url);
}

/** The viewer page's file, and without user name and password: credentials in a URL are never sent. */
function fetchable(url: URL): URL {
  const direct = new URL(directLink(url));
  direct.username = '';
  direct.password = '';
  return direct;
}

/** Whether headers meant for `first` may go to `url`: the same origin, or its upgrade to https. */
function isSameHost(first: URL, url: URL): boolean {
  if (first.origin === url.origin) return true;
  return first.hostname === url.hostname && first.port === '' && url.port === '' && url.protocol === 'https:';
}

async function send(
  url: URL,
  agent: Dispatcher,
  headers: RequestHeaders,
  ownHost: boolean,
  limit: TimeLimit,
): Promise<Dispatcher.ResponseData> {
  const options = { dispatcher: agent, headers: ownHost ? headers.ownHost : headers.otherHosts, signal: limit.signal };
  try {
    return await request(url, options).catch((error: unknown) => {
      // A kept connection that the server had closed meanwhile, as happens while Lambda freezes an environment.
      if (error instanceof errors.SocketError && (error.socket?.bytesRead ?? 0) > 0) return request(url, options);
      throw error;
    });
  } catch (error) {
    throw limit.signal.aborted ? totalTimeout(url, limit) : connectionError(error, url.host, false);
  }
}

async function receive(
  response: Dispatcher.ResponseData,
  url: URL,
  limit: TimeLimit,
  maxBytes: number,
): Promise<Buffer> {
  const { body, headers } = response;
  body.on('error', () => {});
  try {
    return await readBody(
      body,
      {
        contentLength: headerText(headers['content-length']),
        contentEncoding: headerText(headers['content-encoding']),
      },
      maxBytes,
    );
  } catch (error) {
    body.destroy();
    throw limit.signal.aborted ? totalTimeout(url, limit) : connectionError(error, url.host, true);
  }
}

type TimeLimit = { seconds: number; signal: AbortSignal };

function timeLimit(seconds: number): TimeLimit {
  return { seconds, signal: AbortSignal.timeout(Math.max(0, Math.ceil(seconds * 1000))) };
}

function totalTimeout(url: URL, { seconds }: TimeLimit): ImageError {
  const message = `${url.host} had not sent everything after ${Math.round(seconds)} seconds.`;
  return new ImageError('TIMEOUT', message);
}

/** Reads a small body to its end, so that the connection can be used again, and drops it otherwise. */
async function discard(body: Dispatcher.ResponseData['body']): Promise<void> {
  body.on('error', () => {});
  try {
    await body.dump({ limit: 65_536, signal: AbortSignal.timeout(1000) });
  } catch {
    body.destroy();
  }
}

function headerText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

/** What can be sent back in If-None-Match and If-Modified-Since; anything odd is as good as nothing. */
function validators(headers: IncomingHttpHeaders): { etag: string | null; lastModified: string | null } {
  const etag = headerText(headers.etag)?.trim() ?? '';
  const lastModified = headerText(headers['last-modified'])?.trim() ?? '';
  return {
    etag: /^(W\/)?"[\x21\x23-\x7e]{0,250}"$/.test(etag) ? etag : null,
    lastModified:
      /^[\x20-\x7e]{1,60}$/.test(lastModified) && !Number.isNaN(Date.parse(lastModified)) ? lastModified : null,
  };
}
