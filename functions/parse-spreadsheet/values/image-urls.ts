import { type ImageUrl, normaliseImageUrl } from '../../shared/images/image-url.ts';

const bareHost = /^(?:www\.|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\/\S+\.(?:jpe?g|png|webp|gif|avif|tiff?)(?:\?|$))/i;

/** Tells URLs from the names of files without reading them. */
export const looksLikeUrl = (text: string) => /\/\//.test(text) || bareHost.test(text.trim());

/** The start of a URL in a list: at the beginning or after a separator, so that `?u=https://…` is none. */
const urlStart = /(?:^|(?<=[\s,;"']))(?:(?:https?:)?\/\/|www\.)/gi;
const longestUrl = 4000;

/** What may separate the images of a cell. Nearly every cell holds one URL. */
const listed = /[\s,;|"']/;

/** The URLs, paths and names of images in a cell. */
export function imagesIn(text: string): string[] {
  return listed.test(text) ? splitImageList(text).flatMap(splitImageNames) : splitImageList(text);
}

/**
 * Splits a cell that lists images: at line breaks and pipes, and at commas, semicolons and spaces where another URL
 * follows, since a comma inside a URL does not split it.
 */
export function splitImageList(text: string): string[] {
  if (!listed.test(text)) return text === '' ? [] : [text];
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

/** `/m/h/mh01.jpg` and `photo 1.png`: a file's name, or its path from a root that the text does not say. */
export const isImagePath = (text: string) =>
  text.length <= longestUrl &&
  /^[^\s:][^:]*\.(?:jpe?g|png|webp|gif|avif|tiff?|svg)$/i.test(text) &&
  !text.startsWith('//');

/** The names in a list of them, between commas or semicolons; the text itself where any part is no name of an image. */
function splitImageNames(text: string): string[] {
  if (!/[,;]/.test(text)) return [text];
  const names = text.split(/[,;]/).map((name) => name.trim());
  return names.every(isImagePath) ? names : [text];
}

/** Names that Wix gives the images of its shops, all of which lie on one host. https://support.wix.com/en/article/wix-stores-preparing-to-import-or-update-your-products-using-a-csv-file */
const wixName = /^[0-9a-f]{6}_[0-9a-f]{32}~mv2(?:_d_\d+_\d+_s_\d+_\d+)?\.(?:jpe?g|png|webp|gif)$/i;
const wixImages = 'https://static.wixstatic.com/media/';

/** The URL of an image that is given as a name or path, below `baseUrl` or on a host that its name tells; null for no such text. */
export function imageAt(text: string, baseUrl: string | null): ImageUrl | null {
  if (!isImagePath(text)) return null;
  const base = wixName.test(text) ? wixImages : baseUrl;
  if (base === null) return null;
  // As a path, whatever it contains: a name such as `50% off?.jpg` begins no query.
  const path = text
    .replace(/^[./\\]*/, '')
    .replaceAll('\\', '/')
    .replace(/[%?#]/g, encodeURIComponent);
  return normaliseImageUrl(`${base.replace(/\/+$/, '')}/${path}`);
}
