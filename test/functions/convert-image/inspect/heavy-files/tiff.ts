import { letters } from './bytes.ts';
import { type MakeFile, picture } from './picture.ts';

const tiff = await picture.clone().tiff({ compression: 'none' }).toBuffer();

export function tiffWith(tag: number): MakeFile {
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
