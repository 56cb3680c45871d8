import { setTimeout as wait } from 'node:timers/promises';
import { hashToUuid } from '../../../functions/shared/hash.ts';
import { pixelBomb } from './pixel-bomb.ts';
import type { PictureKind, SampleImage } from './sample-images.ts';

export type Answer = {
  status: number;
  headers: Record<string, string | number>;
  body: string | Buffer | AsyncIterable<Buffer>;
};

/** `nth`: how often the image has been asked for, from 1, this time included. */
type Question = { image: SampleImage; nth: number; draw: (image: SampleImage) => Promise<Buffer> };

const mediaTypes: Record<PictureKind, string> = {
  jpeg: 'image/jpeg',
  'progressive jpeg': 'image/jpeg',
  'rotated jpeg': 'image/jpeg',
  'cmyk jpeg': 'image/jpeg;charset=binary',
  'grey jpeg': 'image/jpg',
  png: 'image/png',
  'transparent png': 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  tiff: 'image/tiff',
};

/** Made once: deflating 256 MB takes half a second. */
let bomb: Promise<Buffer> | undefined;

/** What the CDN says to a GET of an image. Its `ETag` and `Last-Modified` are those of {@link validators}. */
export async function answer({ image, nth, draw }: Question): Promise<Answer> {
  switch (image.behaviour) {
    case 'serves':
    case 'redirects':
    case 'redirects to a space':
      return picture(image, await draw(image));
    case 'serves as octet-stream':
      return picture(image, await draw(image), 'application/octet-stream');
    case 'is missing':
      return refusal(404, 'Not Found');
    case 'is uploaded late':
      return nth === 1 ? refusal(404, 'Not Found') : picture(image, await draw(image));
    case 'fails once':
      return nth === 1 ? refusal(500, 'Internal Server Error') : picture(image, await draw(image));
    case 'limits the rate twice':
      return nth <= 2 ? refusal(429, 'Too Many Requests', { 'retry-after': 1 }) : picture(image, await draw(image));
    case 'drips': {
      const file = await draw(image);
      return { ...picture(image, file), body: drip(file) };
    }
    case 'is truncated': {
      const file = await draw(image);
      return picture(image, file.subarray(0, Math.floor(file.length / 2)));
    }
    case 'is a web page':
      return page(200, 'Image viewer', { 'content-type': 'image/jpeg' });
    case 'is a pixel bomb':
      bomb ??= pixelBomb(16_000);
      return picture(image, await bomb, 'image/png');
  }
}

/** The place that an image was moved to, for those that redirect: an absolute path, and what Location says. */
export function movedTo(image: SampleImage): { path: string; location: string } | undefined {
  const name = image.path.slice(image.path.lastIndexOf('/') + 1);
  if (image.behaviour === 'redirects') return { path: `/shop/${name}`, location: `/shop/${name}` };
  // As servers do that forget to encode: a relative reference with a raw space.
  if (image.behaviour === 'redirects to a space') return { path: `/new shop/${name}`, location: `../new shop/${name}` };
  return undefined;
}

/** Known without drawing: the plan of an image decides its bytes. */
export function validators(image: SampleImage): { etag: string; 'last-modified': string } {
  const version = hashToUuid(JSON.stringify(image));
  const day = Number.parseInt(version.slice(0, 2), 16);
  return { etag: `"${version}"`, 'last-modified': new Date(Date.UTC(2026, 0, 1 + day)).toUTCString() };
}

function picture(image: SampleImage, file: Buffer, type = mediaTypes[image.kind]): Answer {
  const headers = { 'content-type': type, 'content-length': file.length, ...validators(image) };
  return { status: 200, headers, body: file };
}

const refusal = (status: number, title: string, headers: Record<string, string | number> = {}): Answer =>
  page(status, title, { 'content-type': 'text/html; charset=utf-8', ...headers });

const page = (status: number, title: string, headers: Record<string, string | number>): Answer => ({
  status,
  headers,
  body: `<!doctype html><html lang="en"><title>${title}</title><h1>${title}</h1></html>\n`,
});

/** A byte a second: fast enough for an idle timeout never to see it. */
async function* drip(file: Buffer): AsyncGenerator<Buffer> {
  for (let offset = 0; offset < file.length; offset++) {
    yield file.subarray(offset, offset + 1);
    await wait(1000, undefined, { ref: false });
  }
}
