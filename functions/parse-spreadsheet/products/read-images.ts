import type { CompleteImage } from '../../../workflows/payloads/product.ts';
import { hashToUuid } from '../../shared/hash.ts';
import { linkText, shownText } from '../sheets/cells.ts';
import { imageAt, imagesIn, imageUrl, isImagePath } from '../values/image-urls.ts';
import type { FieldCell, Report, RowValues } from './row-values.ts';

/** Images of one product at most, and where those lie that are given as names or paths. */
export type ImageSettings = { imageLimit: number; imageBaseUrl: string | null };

type Candidate = { url: string; alt: string | null; position: number; values: RowValues; header: string };

/**
 * A product's images from all of its rows: in the order of their position column, else of the rows (the caller
 * puts the product's own first) and, within a row,
 * main, numbered and additional columns; each URL once; at most `imageLimit`, the rest reported.
 */
export function readImages(
  rows: readonly RowValues[],
  { imageLimit: limit, imageBaseUrl }: ImageSettings,
  report: Report,
): CompleteImage[] {
  const candidates = [
    ...rows.flatMap((values) => imagesOf(values, imageBaseUrl, report)),
    ...rows.flatMap((values) => variantImagesOf(values, imageBaseUrl, report)),
  ];
  if (candidates.some(({ position }) => position !== Number.POSITIVE_INFINITY))
    candidates.sort((a, b) => (a.position === b.position ? 0 : a.position - b.position));
  const images = new Map<string, CompleteImage>();
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

function imagesOf(values: RowValues, baseUrl: string | null, report: Report): Candidate[] {
  const sorted = [...values.images].sort(
    (a, b) => a.match.priority - b.match.priority || (a.match.number ?? 0) - (b.match.number ?? 0),
  );
  // A row that is an image may have the shop's own copy beside the address that it came from.
  const columns = values.kind === 'image' ? sorted.slice(0, 1) : sorted;
  const positionCell = values.fields.imagePosition;
  const position = Number(shownText(positionCell?.cell) || Number.NaN);
  const candidates: Candidate[] = [];
  for (const column of columns) {
    for (const part of imagesIn(column.text)) {
      const found = imageUrl(part) ?? imageAt(part, baseUrl);
      if (found === null) {
        reportNoUrl(values, column, part, report);
        continue;
      }
      const number = column.match.number ?? 0;
      // An alt text without a number is the first image's, as a number is its column's.
      const numbered = number === 0 ? undefined : values.imageAlts.get(number);
      const alt = numbered ?? (candidates.length === 0 ? values.imageAlts.get(0) : undefined) ?? null;
      candidates.push({
        url: found.url,
        alt: alt || null,
        position: Number.isFinite(position) ? position : Number.POSITIVE_INFINITY,
        values,
        header: column.header,
      });
    }
  }
  return candidates;
}

function reportNoUrl(values: RowValues, { header }: FieldCell, part: string, report: Report): void {
  if (isImagePath(part)) {
    const message = `“${part}” is the name of an image, and not where it lies. Set the address under which the supplier’s images are: npm run supplier -- SUPPLIER --set image_base_url=https://…/`;
    report(values.row, 'images_without_address', header, part, message);
  } else {
    const message = `“${part}” is no URL of an image; expected one that begins with https:// or http://. It is left out.`;
    report(values.row, 'invalid_image_url', header, part, message);
  }
}

/** A variant's own image joins the product's, after those that have a place of their own. */
function variantImagesOf(values: RowValues, baseUrl: string | null, report: Report): Candidate[] {
  const found = values.fields.variantImage;
  if (found === undefined) return [];
  const images = [{ ...found, text: linkText(found.cell) }];
  return imagesOf({ ...values, images, imageAlts: new Map(), fields: {} }, baseUrl, report);
}
