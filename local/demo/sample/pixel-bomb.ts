import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { crc32, createDeflate } from 'node:zlib';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const rowsAtOnce = 100;

/**
 * A valid grey PNG of `side` × `side` black pixels: at 16,000 it takes 256 KB, and 256 MB once decoded. Rows are
 * deflated as they come, since sharp would hold them all.
 */
export async function pixelBomb(side: number): Promise<Buffer> {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.writeUInt8(8, 8); // bits per sample; colour type 0, grey
  const pixels = await buffer(Readable.from(blackRows(side)).pipe(createDeflate({ level: 9 })));
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))]);
}

function* blackRows(side: number): Generator<Buffer> {
  const row = side + 1; // a filter type in front of the pixels
  for (let first = 0; first < side; first += rowsAtOnce) {
    yield Buffer.alloc(row * Math.min(rowsAtOnce, side - first));
  }
}

function chunk(type: string, data: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type), data]);
  const framed = Buffer.alloc(typed.length + 8);
  framed.writeUInt32BE(data.length, 0);
  typed.copy(framed, 4);
  framed.writeUInt32BE(crc32(typed), typed.length + 4);
  return framed;
}
