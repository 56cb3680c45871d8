import { type ImageUrl, normaliseImageUrl } from '../../shared/images/image-url.ts';

const bareHost = /^(?:www\.|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\/\S+\.(?:jpe?g|png|webp|gif|avif|tiff?)(?:\?|$))/i;

/** Tells URLs from the names of files without reading them. */
export const looksLikeUrl = (text: string) => /\/\//.test(text) || bareHost.test(text.trim());

/** The start of a URL in a list: at the beginning or after a separator, so that `?u=https://…` is none. */
const urlStart = /(?:^|(?<=[\s,;"']))(?:(?:https?:)?\/\/|www\.)/gi;
const longestUrl = 4000;

/**
 * Splits a cell that lists images: at line breaks and pipes, and at commas, semicolons and spaces where another URL
 * follows, since a comma inside a URL does not split it.
 */
export function splitImageList(text: string): string[] {
  // Nearly every cell holds one URL.
  if (!/[\s,;|"']/.test(text)) return text === '' ? [] : [text];
  return text.split(/[\r\n|]/).flatMap((line) => {
    const starts = [...line.matchAll(urlStart)].map(({ index }) => index);
    const cuts = starts[0] === 0 ? starts : [0, ...starts];
    return cuts
      .map((start, index) => withoutSeparators(line.slice(start, cuts[index + 1])))
      .filter((part) => part !== '');
  });
}

const separators = new Set([' ', '\t', '\u00a0', ',', ';', '"', "'", '[', ']']);

function withoutSeparators(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && separators.has(text.charAt(start))) start += 1;
  // What cannot be in a URL ends it, as in `["https://…"]` and `<img src="https://…">`.
  const after = /^(?:https?:)?\/\//i.test(text.slice(start, start + 8)) ? text.slice(start).search(/["<>]/) : -1;
  if (after > 0) end = start + after;
  while (end > start && separators.has(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

/** The URL of an image as typed, normalised; null where the text is none. */
export function imageUrl(text: string): ImageUrl | null {
  if (text.length > longestUrl) return null;
  return normaliseImageUrl(text) ?? (bareHost.test(text) ? normaliseImageUrl(`https://${text}`) : null);
}
