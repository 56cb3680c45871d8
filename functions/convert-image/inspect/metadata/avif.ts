type Box = { type: string; from: number; to: number };

/** Types of items that are decoded to pixels, which have a limit of their own. */
const pixels = new Set(['av01', 'grid', 'iovl', 'iden', 'tmap']);

/**
 * The box of metadata itself, colour profiles among them, and every item it points to that is no picture, as often as
 * it does. Pictures count where they are longer than the file, all together: no two of an honest file share bytes.
 * ISO/IEC 14496-12, 8.11
 */
export function* avifMetadata(bytes: Buffer): Generator<number> {
  let pictures = 0;
  for (const meta of boxes(bytes, 0, bytes.length)) {
    if (meta.type !== 'meta') continue;
    yield meta.to - meta.from;
    const inside = [...boxes(bytes, meta.from + 4, meta.to)];
    const types = new Map(inside.flatMap((box) => (box.type === 'iinf' ? [...itemTypes(bytes, box)] : [])));
    for (const box of inside.filter(({ type }) => type === 'iloc')) {
      for (const { id, size } of itemSizes(bytes, box)) {
        if (pixels.has(types.get(id) ?? '')) pictures += size;
        else yield size;
      }
    }
    yield Math.max(0, pictures - bytes.length);
  }
}

function* boxes(bytes: Buffer, start: number, end: number): Generator<Box> {
  let at = start;
  while (at + 8 <= end) {
    const short = bytes.readUInt32BE(at);
    // 1: the size follows in 64 bits; 0: up to the end.
    const head = short === 1 ? 16 : 8;
    if (at + head > end) return;
    const size = short === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : short || end - at;
    if (size < head) return;
    const to = Math.min(at + size, end);
    yield { type: bytes.toString('latin1', at + 4, at + 8), from: at + head, to };
    at = to;
  }
}

/** Id and type of every item. */
function* itemTypes(bytes: Buffer, { from, to }: Box): Generator<[id: number, type: string]> {
  const entries = from + (bytes[from] === 0 ? 6 : 8);
  for (const { type, from: at, to: end } of boxes(bytes, entries, to)) {
    const wide = bytes[at] === 3;
    if (type !== 'infe' || at + 14 > end) continue;
    const id = wide ? bytes.readUInt32BE(at + 4) : bytes.readUInt16BE(at + 4);
    const typeAt = at + (wide ? 10 : 8);
    yield [id, bytes.toString('latin1', typeAt, typeAt + 4)];
  }
}

/** Id of every item and the length of all its extents together; an extent without a length is the whole file. */
function* itemSizes(bytes: Buffer, { from, to }: Box): Generator<{ id: number; size: number }> {
  const read = reader(bytes, from, to);
  const version = read(1);
  read(3);
  const [offset, length] = nibbles(read(1));
  const [base, indexed] = nibbles(read(1));
  const index = version === 0 ? 0 : indexed;
  const items = read(version < 2 ? 2 : 4);
  for (let item = 0; item < items && read.left() > 0; item += 1) {
    const id = read(version < 2 ? 2 : 4);
    // Construction method (of later versions), data reference, base offset.
    read((version === 0 ? 2 : 4) + base);
    const extents = read(2);
    // Extents of no bytes would be walked through for nothing.
    const told = index + offset + length > 0 ? extents : 0;
    let size = (extents - told) * bytes.length;
    for (let extent = 0; extent < told && read.left() > 0; extent += 1) {
      read(index + offset);
      size += Math.min(read(length) || bytes.length, bytes.length);
    }
    yield { id, size };
  }
}

const nibbles = (byte: number): [number, number] => [byte >> 4, byte & 15];

/** Reads numbers of so many bytes one after the other; 0 beyond the end. */
function reader(bytes: Buffer, from: number, to: number) {
  let at = from;
  const read = (size: number) => {
    let value = 0;
    for (const end = Math.min(at + size, to); at < end; at += 1) value = value * 256 + (bytes[at] ?? 0);
    return value;
  };
  return Object.assign(read, { left: () => to - at });
}
