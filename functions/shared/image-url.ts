/** The form under which an image's URL is stored, compared and fetched. */
export type ImageUrl = { url: string; host: string };

/**
 * Reads a URL as a browser would: surrounding space dropped, `//cdn…` taken as https, spaces and unicode encoded once,
 * host in lower case, fragment dropped; the query stays, since `?v=` matters.
 * Returns null where `text` is no http or https URL.
 */
export function normaliseImageUrl(text: string): ImageUrl | null {
  const trimmed = text.trim();
  const absolute = trimmed.startsWith('//') ? `https:${trimmed}` : trimmed;
  if (!/^https?:\/\//i.test(absolute) || !URL.canParse(absolute)) return null;
  const url = new URL(absolute);
  url.hash = '';
  return { url: url.href, host: url.hostname };
}
