import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it, onTestFinished } from 'vitest';
import { identifyFile } from '../../../../functions/convert-image/inspect/image-format.ts';
import { nextAttemptAt } from '../../../../functions/shared/images/retry-schedule.ts';
import { useHostileCdn } from '../../../support/hostile-cdn.ts';
import { createConverter } from '../../../support/hostile-cdn-client.ts';
import { picture } from '../../../support/hostile-cdn-images.ts';

const latin1 = (text: string) => Buffer.from(text, 'latin1');
const padded = (text: string) => Buffer.concat([latin1(text), Buffer.alloc(400)]);
const ftyp = (brand: string, ...compatible: string[]) =>
  padded(`\0\0\0${String.fromCharCode(16 + 4 * compatible.length)}ftyp${brand}\0\0\0\0${compatible.join('')}`);
const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><rect width="40" height="30"/></svg>';

describe('an image of a decoded format', () => {
  it.each(['jpeg', 'png', 'gif', 'webp', 'avif', 'tiff'] as const)('is known by its bytes: %s', async (format) => {
    const bytes = await picture(20, 10).toFormat(format).toBuffer();
    expect(await identifyFile(bytes)).toEqual({ kind: 'image', format });
  });

  it.each([
    ['avif behind a general brand', ftyp('mif1', 'mif1', 'avif', 'miaf'), 'avif'],
    ['svg', latin1(svg), 'svg'],
    ['svg after a declaration and comments', latin1(`<?xml version="1.0"?>\n<!-- <html> -->\n ${svg}`), 'svg'],
    ['svg with a document type', latin1(`<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x">${svg}`), 'svg'],
    ['svg under a prefix', latin1('<s:svg xmlns:s="http://www.w3.org/2000/svg"/>'), 'svg'],
    ['svg with a byte order mark', Buffer.from(`\ufeff${svg}`), 'svg'],
  ])('%s', async (_, bytes, format) => {
    expect(await identifyFile(bytes)).toEqual({ kind: 'image', format });
  });
});

describe('anything else', () => {
  it.each([
    ['a PDF document', padded('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n')],
    ['a PDF document', latin1('%PDF-1.4\n1 0 obj\n<< >>\nendobj\n')],
    ['a PostScript document', latin1('%!PS-Adobe-3.0 EPSF-3.0\n')],
    ['an RTF document', latin1('{\\rtf1\\ansi hello}')],
    ['a BMP image', padded('BM\x36\x10\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0')],
    ['a HEIC image', ftyp('heic', 'mif1', 'heic')],
    ['a HEIF image', ftyp('mif1', 'mif1', 'miaf')],
    ['an ICO icon', padded('\0\0\x01\0\x01\0\x10\x10\0\0')],
    ['a Photoshop document', padded('8BPS\0\x01\0\0\0\0\0\0')],
    ['a JPEG XL image', padded('\xff\x0a\xfa\x1f\x10')],
    ['a JPEG 2000 image', padded('\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x14ftypjp2 \0\0\0\0jp2 ')],
    ['an MP4 video', ftyp('isom', 'isom', 'mp41')],
    ['a QuickTime video', ftyp('qt  ')],
    ['a WebM video', padded('\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm')],
    ['a ZIP archive', padded('PK\x03\x04\x14\0\0\0\0\0')],
    ['of type application/gzip', gzipSync('x'.repeat(100))],
    ['of no known kind', Buffer.from([1, 2, 3, 4, 5, 0, 0, 0, 9, 9])],
    ['of no known kind', Buffer.alloc(5000)],
    ['of no known kind', Buffer.from([0xff])],
  ])('is named: %s', async (name, bytes) => {
    expect(await identifyFile(bytes)).toEqual({ kind: 'other', name });
  });

  it.each([
    latin1('<!DOCTYPE html><html><body><svg/></body></html>'),
    latin1('\n\n  <!-- saved --><HTML lang="en">'),
    latin1('<head><title>Sign in</title></head>'),
    Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('<!doctype html><p>hi</p>', 'utf16le')]),
    latin1('<html><body>caf\xe9</body></html>'),
    latin1('<script>location="/login"</script>'),
  ])('is an HTML page where it is one (%#)', async (bytes) => {
    expect(await identifyFile(bytes)).toEqual({ kind: 'html', name: 'an HTML page' });
  });

  it.each([
    ['JSON', latin1('{"error":"not found"}')],
    ['JSON', latin1(' [1,2]')],
    ['XML', latin1('<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>')],
    ['plain text', latin1('Not Found')],
    ['plain text', Buffer.from('Nicht gefunden: größe')],
  ])('is text that may be an answer in words: %s', async (name, bytes) => {
    expect(await identifyFile(bytes)).toEqual({ kind: 'text', name });
    const cdn = await useHostileCdn();
    const { convert } = createConverter({ allowedHosts: [cdn.host] });
    const { result, message } = await convert(cdn.serve('/a.jpg', bytes));
    expect(message).toBe(`The URL shows ${name}; expected an image.`);
    // As an HTML page is: the next time it may be an image.
    expect(nextAttemptAt(result, 1, new Date(), null)).toEqual(expect.any(Date));
  });

  it('is refused by its name, whatever the URL and the header call it', async () => {
    const cdn = await useHostileCdn();
    const { convert } = createConverter({ allowedHosts: [cdn.host] });
    cdn.serve('/a.jpg', (_, response) =>
      response.writeHead(200, { 'content-type': 'image/jpeg' }).end(padded('%PDF-1.7\n')),
    );
    const { result, message } = await convert(cdn.url('/a.jpg'));
    expect(result).toBe('UNSUPPORTED_FORMAT');
    expect(message).toBe('The file is a PDF document; expected JPEG, PNG, GIF, WebP, AVIF or TIFF.');
  });
});

it('leaves libvips no decoder but the six, and SVG', async () => {
  createConverter({});
  const ppm = latin1(`P6 2 2 255\n${'x'.repeat(12)}`);
  const [csv, fits, radiance] = [
    latin1('1,2\n3,4\n'),
    padded('SIMPLE  =                    T'),
    padded('#?RADIANCE\n'),
  ];
  for (const bytes of [ppm, csv, fits, radiance]) {
    await expect(sharp(bytes).metadata()).rejects.toThrow('unsupported image format');
  }
});

it('lets libvips open no file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'decoders-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'a.png');
  await picture(4, 4).png().toFile(file);
  createConverter({});
  await expect(sharp(file).metadata()).rejects.toThrow('unsupported image format');
  expect((await sharp(await readFile(file)).metadata()).format).toBe('png');
});
