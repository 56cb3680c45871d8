import type { ImportedImage } from '../../../workflows/payloads/product.ts';
import { hashToUuid } from '../../shared/hash.ts';
import { type ImageUrl, normaliseImageUrl } from '../../shared/images/image-url.ts';
import { linkText, shownText } from '../sheets/cells.ts';
import type { Report, RowValues } from './row-values.ts';

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

type Candidate = { url: string; alt: string | null; position: number; values: RowValues; header: string };

/**
 * A product's images from all of its rows: in the order of their position column, else of the rows (the caller
 * puts the product's own first) and, within a row,
 * main, numbered and additional columns; each URL once; at most `limit`, the rest reported.
 */
export function readImages(rows: readonly RowValues[], limit: number, report: Report): ImportedImage[] {
  const candidates = [
    ...rows.flatMap((values) => imagesOf(values, report)),
    ...rows.flatMap((values) => variantImagesOf(values, report)),
  ];
  if (candidates.some(({ position }) => position !== Number.POSITIVE_INFINITY))
    candidates.sort((a, b) => (a.position === b.position ? 0 : a.position - b.position));
  const images = new Map<string, ImportedImage>();
  const leftOut = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const known = images.get(candidate.url);
    if (known !== undefined) known.alt ??= candidate.alt;
    else if (images.size < limit)
      images.set(candidate.url, { url: candidate.url, urlHash: hashToUuid(candidate.url), alt: candidate.alt });
    else if (!leftOut.has(candidate.url)) leftOut.set(candidate.url, candidate);
  }
  const [first] = leftOut.values();
  if (first !== undefined) {
    const names = [...leftOut.keys()].slice(0, 5).join(' ');
    const more = leftOut.size > 5 ? ` and ${leftOut.size - 5} more` : '';
    const message = `The product has ${images.size + leftOut.size} images; the first ${limit} are taken, left out: ${names}${more}`;
    report(first.values.row, 'too_many_images', first.header, first.url, message);
  }
  return [...images.values()];
}

function imageUrl(text: string): ImageUrl | null {
  if (text.length > longestUrl) return null;
  return normaliseImageUrl(text) ?? (bareHost.test(text) ? normaliseImageUrl(`https://${text}`) : null);
}

function imagesOf(values: RowValues, report: Report): Candidate[] {
  const sorted = [...values.images].sort(
    (a, b) => a.match.priority - b.match.priority || (a.match.number ?? 0) - (b.match.number ?? 0),
  );
  // A row that is an image may have the shop's own copy beside the address that it came from.
  const columns = values.kind === 'image' ? sorted.slice(0, 1) : sorted;
  const positionCell = values.fields.imagePosition;
  const position = Number(shownText(positionCell?.cell) || Number.NaN);
  let first = true;
  return columns.flatMap((column) =>
    splitImageList(column.text).flatMap((part): Candidate[] => {
      const found = imageUrl(part);
      if (found === null) {
        report(
          values.row,
          'invalid_image_url',
          column.header,
          part,
          `“${part}” is no URL of an image; expected one that begins with https:// or http://. It is left out.`,
        );
        return [];
      }
      const number = column.match.number ?? 0;
      // An alt text without a number is the first image's, as a number is its column's.
      const numbered = number === 0 ? undefined : values.imageAlts.get(number);
      const alt = numbered ?? (first ? values.imageAlts.get(0) : undefined) ?? null;
      first = false;
      return [
        {
          url: found.url,
          alt: alt || null,
          position: Number.isFinite(position) ? position : Number.POSITIVE_INFINITY,
          values,
          header: column.header,
        },
      ];
    }),
  );
}

/** A variant's own image joins the product's, after those that have a place of their own. */
function variantImagesOf(values: RowValues, report: Report): Candidate[] {
  const found = values.fields.variantImage;
  if (found === undefined) return [];
  const images = [{ ...found, text: linkText(found.cell) }];
  return imagesOf({ ...values, images, imageAlts: new Map(), fields: {} }, report);
}
