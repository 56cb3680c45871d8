import { crc32, deflateSync } from 'node:zlib';
import { plain } from './hostile-cdn-images.ts';

/** Makes a small picture with much beside its pixels: `count` pieces of `size` bytes each. */
type MakeFile = (count: number, size: number) => Buffer;
/** `bomb`: the file is much smaller than its pieces are in memory. */
export type HeavyFile = { make: MakeFile; bomb: boolean };

const picture = plain(60, 40, '#c03030');
const png = await picture.clone().png().toBuffer();
const jpeg = await picture.clone().jpeg().toBuffer();
const gif = await picture.clone().gif().toBuffer();
const webp = await picture.clone().webp().toBuffer();
const tiff = await picture.clone().tiff({ compression: 'none' }).toBuffer();
const avif = await picture.clone().avif({ effort: 0 }).toBuffer();

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

const repeat = (count: number, piece: (index: number) => Buffer) =>
  Buffer.concat(Array.from({ length: count }, (_, index) => piece(index)));

function latin1(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

function letters(size: number): Buffer {
  return Buffer.alloc(Math.max(size, 0), 'A');
}

/** The same stream with a checksum that is wrong. */
function damaged(stream: Buffer): Buffer {
  return Buffer.concat([stream.subarray(0, -4), Buffer.from('bad!')]);
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Entries that all refer to the same text. */
function exif(entries: number, size: number): Buffer {
  const directory = Buffer.alloc(2 + 12 * entries + 4);
  directory.writeUInt16LE(entries, 0);
  for (let entry = 0; entry < entries; entry += 1) {
    directory.writeUInt16LE(0x10e + (entry % 4), 2 + 12 * entry);
    directory.writeUInt16LE(2, 4 + 12 * entry);
    directory.writeUInt32LE(size, 6 + 12 * entry);
    directory.writeUInt32LE(8 + directory.length, 10 + 12 * entry);
  }
  return Buffer.concat([Buffer.from('49492a0008000000', 'hex'), directory, letters(size)]);
}

/** Every chunk has a keyword of its own, and the same content. */
function pngWith(type: string, keyword: (index: number) => string, content: (size: number) => Buffer): MakeFile {
  const behindHeader = 33;
  return (count, size) => {
    const data = content(size);
    const chunks = repeat(count, (index) => {
      const head = keyword(index);
      const body = Buffer.concat([latin1(type + head), data]);
      return Buffer.concat([u32(body.length - 4), body, u32(crc32(body))]);
    });
    return Buffer.concat([png.subarray(0, behindHeader), chunks, png.subarray(behindHeader)]);
  };
}

function jpegWith(marker: number, content: (size: number) => Buffer): MakeFile {
  return (count, size) => {
    const data = content(Math.min(size, 60_000));
    const segment = Buffer.concat([Buffer.from([0xff, marker]), u16(data.length + 2), data]);
    return Buffer.concat([jpeg.subarray(0, 2), repeat(count, () => segment), jpeg.subarray(2)]);
  };
}

function webpWith(type: string, flag: number, content: (size: number) => Buffer): MakeFile {
  const chunk = (name: string, data: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(data.length);
    return Buffer.concat([latin1(name), length, data, Buffer.alloc(data.length % 2)]);
  };
  const canvas = Buffer.alloc(10);
  canvas[0] = flag;
  canvas.writeUIntLE(59, 4, 3);
  canvas.writeUIntLE(39, 7, 3);
  return (count, size) => {
    const more = repeat(count, () => chunk(type, content(size)));
    const pixels = webp.subarray(12);
    const parts = type === 'ICCP' ? [more, pixels] : [pixels, more];
    return chunk('RIFF', Buffer.concat([latin1('WEBP'), chunk('VP8X', canvas), ...parts]));
  };
}

function gifWith(introducer: Buffer): MakeFile {
  const behindColours = 13 + (((gif[10] ?? 0) & 0x80) > 0 ? 3 * (2 << ((gif[10] ?? 0) & 7)) : 0);
  return (count, size) => {
    const block = Buffer.concat([Buffer.from([255]), letters(255)]);
    const extension = Buffer.concat([introducer, repeat(Math.ceil(size / 255), () => block), Buffer.from([0])]);
    return Buffer.concat([gif.subarray(0, behindColours), repeat(count, () => extension), gif.subarray(behindColours)]);
  };
}

function tiffWith(tag: number): MakeFile {
  const directory = tiff.readUInt32LE(4);
  const entries = Array.from({ length: tiff.readUInt16LE(directory) }, (_, entry) =>
    tiff.subarray(directory + 2 + 12 * entry, directory + 14 + 12 * entry),
  );
  return (count, size) => {
    const added = Array.from({ length: count }, (_, index) => {
      const entry = Buffer.alloc(12);
      // The first is what its tag says, the others of no known kind; all refer to the same bytes.
      entry.writeUInt16LE(index === 0 ? tag : 50_000 + index, 0);
      entry.writeUInt16LE(7, 2);
      entry.writeUInt32LE(size, 4);
      entry.writeUInt32LE(tiff.length, 8);
      return entry;
    });
    const sorted = [...entries, ...added].sort((a, b) => a.readUInt16LE(0) - b.readUInt16LE(0));
    const header = Buffer.from(tiff);
    header.writeUInt32LE(tiff.length + size, 4);
    const number = Buffer.alloc(2);
    number.writeUInt16LE(sorted.length);
    return Buffer.concat([header, letters(size), number, ...sorted, Buffer.alloc(4)]);
  };
}

/** Items of one type, each of `extents` extents, that all are the same bytes. */
function avifWith(itemType: string, extents: number): MakeFile {
  const box = (type: string, ...parts: Buffer[]) => {
    const content = Buffer.concat(parts);
    return Buffer.concat([u32(content.length + 8), latin1(type), content]);
  };
  const children = boxesOf(avif, avif.indexOf('meta') + 8, avif.indexOf('mdat') - 4);
  const pixels = avif.subarray(avif.indexOf('mdat') + 4);
  const head = avif.subarray(0, avif.readUInt32BE(0));
  return (count, size) => {
    const ids = Array.from({ length: count }, (_, index) => index + 2);
    const info = (id: number, type: string, more = '') =>
      box('infe', Buffer.from([2, 0, 0, 0]), u16(id), u16(0), latin1(`${type}\0${more}`));
    const contentType = itemType === 'mime' ? 'application/rdf+xml\0' : '';
    const infos = [info(1, 'av01'), ...ids.map((id) => info(id, itemType, contentType))];
    const locate = (id: number, from: number, length: number, times: number) =>
      Buffer.concat([u16(id), u16(0), u16(times), repeat(times, () => Buffer.concat([u32(from), u32(length)]))]);
    const meta = (from: number) =>
      box(
        'meta',
        Buffer.alloc(4),
        children.get('hdlr') ?? Buffer.alloc(0),
        children.get('pitm') ?? Buffer.alloc(0),
        box(
          'iloc',
          Buffer.from([0, 0, 0, 0, 0x44, 0]),
          u16(count + 1),
          locate(1, from, pixels.length, 1),
          ...ids.map((id) => locate(id, from + pixels.length, size, extents)),
        ),
        box('iinf', Buffer.alloc(4), u16(count + 1), ...infos),
        children.get('iprp') ?? Buffer.alloc(0),
        box('iref', Buffer.alloc(4), ...ids.map((id) => box('cdsc', u16(id), u16(1), u16(1)))),
      );
    const from = head.length + meta(0).length + 8;
    return Buffer.concat([head, meta(from), box('mdat', pixels, letters(size))]);
  };
}

/** Each box in a range, by its type. */
function boxesOf(bytes: Buffer, start: number, end: number): Map<string, Buffer> {
  const found = new Map<string, Buffer>();
  for (let at = start; at + 8 <= end; at += bytes.readUInt32BE(at)) {
    found.set(bytes.toString('latin1', at + 4, at + 8), bytes.subarray(at, at + bytes.readUInt32BE(at)));
  }
  return found;
}
