import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';

/** A picture with an even texture that no encoder reduces to nothing; deterministic in its size. */
export function picture(width: number, height: number, channels: 3 | 4 = 3): Sharp {
  const data = Buffer.alloc(width * height * channels);
  for (let i = 0; i < data.length; i += 1) data[i] = ((i * 2654435761) >>> 24) & 0xff;
  return sharp(data, { raw: { width, height, channels } });
}

/** A plain picture in the colour given: cheap, for tests that look at where a colour ends up. */
export function plain(width: number, height: number, background: string): Sharp {
  return sharp({ create: { width, height, channels: 3, background } });
}

function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

/** A PNG of one bit a pixel, all black: 16000 × 16000 take some 30 KB. */
export function pngBomb(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 1;
  const rows = Buffer.alloc((Math.ceil(width / 8) + 1) * height);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(rows, { level: 9 })),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/**
 * A GIF whose frames each turn one pixel from black to white or back, in 27 bytes a frame; its logical screen may be as
 * large as 65535 a side.
 */
export function gifOf(width: number, height: number, frames: number): Buffer {
  return gif(width, height, frames, 1, 1);
}

/** A GIF whose only frame claims all of its screen and holds one pixel. */
export function gifBomb(width: number, height: number): Buffer {
  return gif(width, height, 1, width, height);
}

function gif(width: number, height: number, frames: number, frameWidth: number, frameHeight: number): Buffer {
  const screen = Buffer.alloc(13);
  screen.write('GIF89a', 'latin1');
  screen.writeUInt16LE(width, 6);
  screen.writeUInt16LE(height, 8);
  screen[10] = 0x80;
  const palette = Buffer.from([0, 0, 0, 255, 255, 255]);
  const delayOf40ms = [0x21, 0xf9, 4, 0, 4, 0, 0, 0];
  const size = [frameWidth & 255, frameWidth >> 8, frameHeight & 255, frameHeight >> 8];
  const frame = (index: number) =>
    Buffer.from([...delayOf40ms, 0x2c, 0, 0, 0, 0, ...size, 0, 2, 2, index % 2 === 0 ? 0x44 : 0x4c, 0x01, 0]);
  return Buffer.concat([screen, palette, ...Array.from({ length: frames }, (_, i) => frame(i)), Buffer.from([0x3b])]);
}

type TiffOptions = { bits?: number; floating?: boolean; compression?: number; big?: boolean };

/** A TIFF in one grey whose directory comes first, as of writers that stream: what is cut off its end is pixels. */
export function tiffOf(width: number, height: number, options: TiffOptions = {}): Buffer {
  const { bits = 8, floating = false, compression = 1, big = false } = options;
  const pixels = Buffer.alloc((width * height * bits) / 8, 0x3f);
  const start = big ? 16 : 8;
  const tags = [256, 257, 258, 259, 262, 273, 277, 278, 279, 339];
  const end = start + (big ? 8 + 20 * tags.length + 8 : 2 + 12 * tags.length + 4);
  const values = [width, height, bits, compression, 1, end, 1, height, pixels.length, floating ? 3 : 1];
  const head = Buffer.alloc(end);
  head.write(big ? 'II\x2b\0\x08\0\0\0' : 'II\x2a\0', 'latin1');
  head.writeUInt32LE(start, big ? 8 : 4);
  head.writeUInt16LE(tags.length, start);
  for (const [index, tag] of tags.entries()) {
    const at = big ? start + 8 + 20 * index : start + 2 + 12 * index;
    head.writeUInt16LE(tag, at);
    head.writeUInt16LE(4, at + 2);
    head.writeUInt32LE(1, at + 4);
    head.writeUInt32LE(values[index] ?? 0, big ? at + 12 : at + 8);
  }
  return Buffer.concat([head, pixels]);
}
