import { deflateSync } from 'node:zlib';
import { avifWith } from './avif.ts';
import { exif, latin1, letters } from './bytes.ts';
import { gifWith } from './gif.ts';
import { jpegWith } from './jpeg.ts';
import type { MakeFile } from './picture.ts';
import { pngWith } from './png.ts';
import { tiffWith } from './tiff.ts';
import { webpWith } from './webp.ts';

/** `bomb`: the file is much smaller than its pieces are in memory. */
export type HeavyFile = { make: MakeFile; bomb: boolean };

export const heavyFiles = {
  png: {
    zTXt: bomb(
      pngWith(
        'zTXt',
        (index) => `key ${index}\0\0`,
        (size) => deflateSync(letters(size)),
      ),
    ),
    iTXt: bomb(
      pngWith(
        'iTXt',
        (index) => `key ${index}\0\x01\0\0\0`,
        (size) => deflateSync(letters(size)),
      ),
    ),
    'zTXt, damaged': bomb(
      pngWith(
        'zTXt',
        (index) => `key ${index}\0\0`,
        (size) => damaged(deflateSync(letters(size))),
      ),
    ),
    iCCP: bomb(
      pngWith(
        'iCCP',
        () => 'icc\0\0',
        (size) => deflateSync(letters(size)),
      ),
    ),
    tEXt: plainly(pngWith('tEXt', (index) => `key ${index}\0`, letters)),
    eXIf: plainly(
      pngWith(
        'eXIf',
        () => '',
        (size) => exif(1, size),
      ),
    ),
    sPLT: plainly(
      pngWith(
        'sPLT',
        (index) => `key ${index}\0\x08`,
        (size) => letters(size - (size % 6)),
      ),
    ),
    'of no known kind': plainly(pngWith('abCd', () => '', letters)),
  },
  jpeg: {
    EXIF: plainly(jpegWith(0xe1, (size) => Buffer.concat([latin1('Exif\0\0'), exif(100, size)]))),
    XMP: plainly(jpegWith(0xe1, (size) => Buffer.concat([latin1('http://ns.adobe.com/xap/1.0/\0'), letters(size)]))),
    ICC: plainly(jpegWith(0xe2, (size) => Buffer.concat([latin1('ICC_PROFILE\0\x01\x01'), letters(size)]))),
    Photoshop: plainly(jpegWith(0xed, (size) => Buffer.concat([latin1('Photoshop 3.0\0'), letters(size)]))),
    comments: plainly(jpegWith(0xfe, letters)),
  },
  webp: {
    EXIF: plainly(webpWith('EXIF', 8, (size) => exif(100, size))),
    XMP: plainly(webpWith('XMP ', 4, letters)),
    ICCP: plainly(webpWith('ICCP', 32, letters)),
  },
  avif: {
    Exif: bomb(avifWith('Exif', 1)),
    XMP: bomb(avifWith('mime', 1)),
    'items of many extents': bomb(avifWith('mime', 16)),
    'pictures that are the same bytes': bomb(avifWith('av01', 16)),
  },
  gif: {
    comments: plainly(gifWith(latin1('\x21\xfe'))),
    'application data': plainly(gifWith(latin1('\x21\xff\x0bXMP DataXMP'))),
  },
  tiff: {
    XMP: bomb(tiffWith(700)),
    ICC: bomb(tiffWith(34_675)),
    Photoshop: bomb(tiffWith(34_377)),
    layers: bomb(tiffWith(37_724)),
  },
} satisfies Record<string, Record<string, HeavyFile>>;

function bomb(make: MakeFile): HeavyFile {
  return { make, bomb: true };
}

function plainly(make: MakeFile): HeavyFile {
  return { make, bomb: false };
}

/** The same stream with a checksum that is wrong. */
function damaged(stream: Buffer): Buffer {
  return Buffer.concat([stream.subarray(0, -4), Buffer.from('bad!')]);
}
