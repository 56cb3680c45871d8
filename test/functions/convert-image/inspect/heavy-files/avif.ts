import { latin1, letters, repeat, u16, u32 } from './bytes.ts';
import { type MakeFile, picture } from './picture.ts';

const avif = await picture.clone().avif({ effort: 0 }).toBuffer();

/** Items of one type, each of `extents` extents, that all are the same bytes. */
export function avifWith(itemType: string, extents: number): MakeFile {
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
