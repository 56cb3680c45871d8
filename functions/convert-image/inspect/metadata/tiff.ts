/** Bytes of one value by its type. TIFF 6.0, section 2; 13 and 16–18 by libtiff. */
const widths = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];

/** Where the strips or tiles are and how long: as many as the image has. */
const pixels = new Set([273, 279, 324, 325]);

/**
 * Tags of the first image. libtiff holds all tags of all its images to 50 MB by itself; what passes that is said to be
 * metadata here, rather than damage.
 */
export function* tiffMetadata(bytes: Buffer): Generator<number> {
  const little = bytes[0] === 0x49;
  const big = bytes[2] === 43 || bytes[3] === 43;
  const u16 = (at: number) => (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at));
  const u32 = (at: number) => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  const u64 = (at: number) => Number(little ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
  if (bytes.length < 16) return;
  const directory = big ? u64(8) : u32(4);
  if (directory + 8 > bytes.length) return;
  const count = big ? u64(directory) : u16(directory);
  const [head, entry] = big ? [8, 20] : [2, 12];
  const first = directory + head;
  const end = Math.min(bytes.length, first + count * entry);
  for (let at = first; at + entry <= end; at += entry) {
    const values = big ? u64(at + 4) : u32(at + 4);
    // libtiff refuses what is longer than the file.
    const size = values * (widths[u16(at + 2)] ?? 0);
    if (!pixels.has(u16(at)) && size <= bytes.length) yield size;
  }
}
