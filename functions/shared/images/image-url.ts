/** The form under which an image's URL is stored, compared and fetched; the host has its port, if not the scheme's own. */
export type ImageUrl = { url: string; host: string };

/**
 * Reads a URL as a browser would: surrounding space dropped, `//cdn…` taken as https, spaces and unicode encoded once,
 * host in lower case, fragment dropped; the query stays, since `?v=` matters.
 * Returns null where `text` is no http or https URL.
 */
export function normaliseImageUrl(text: string): ImageUrl | null {
  const trimmed = text.trim();
  const absolute = trimmed.startsWith('//') ? `https:${trimmed}` : trimmed;
  const url = /^https?:\/\//i.test(absolute) ? URL.parse(absolute) : null;
  if (url === null) return null;
  // Setting it parses the URL once more.
  if (absolute.includes('#')) url.hash = '';
  return { url: url.href, host: url.host };
}

/**
 * The URL that a Location header leads to, resolved against the one it came from; null where it is not http or https.
 * `location` holds the header's bytes as latin1, as HTTP clients give it: servers that do not encode their paths mean UTF-8.
 */
export function redirectTarget(location: string, from: URL): URL | null {
  const text = decodeUtf8(Buffer.from(location, 'latin1')) ?? location;
  if (!URL.canParse(text, from.href)) return null;
  const target = new URL(text, from);
  if (target.protocol !== 'http:' && target.protocol !== 'https:') return null;
  target.hash = '';
  return target;
}

function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
