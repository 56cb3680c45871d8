export const repeat = (count: number, piece: (index: number) => Buffer) =>
  Buffer.concat(Array.from({ length: count }, (_, index) => piece(index)));

export function latin1(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

export function letters(size: number): Buffer {
  return Buffer.alloc(Math.max(size, 0), 'A');
}

export function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Entries that all refer to the same text. */
export function exif(entries: number, size: number): Buffer {
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
