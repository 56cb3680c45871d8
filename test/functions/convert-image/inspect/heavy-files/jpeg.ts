import { repeat, u16 } from './bytes.ts';
import { type MakeFile, picture } from './picture.ts';

const jpeg = await picture.clone().jpeg().toBuffer();

export function jpegWith(marker: number, content: (size: number) => Buffer): MakeFile {
  return (count, size) => {
    const data = content(Math.min(size, 60_000));
    const segment = Buffer.concat([Buffer.from([0xff, marker]), u16(data.length + 2), data]);
    return Buffer.concat([jpeg.subarray(0, 2), repeat(count, () => segment), jpeg.subarray(2)]);
  };
}
