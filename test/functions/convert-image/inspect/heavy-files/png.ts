import { crc32 } from 'node:zlib';
import { latin1, repeat, u32 } from './bytes.ts';
import { type MakeFile, picture } from './picture.ts';

const png = await picture.clone().png().toBuffer();

/** Every chunk has a keyword of its own, and the same content. */
export function pngWith(type: string, keyword: (index: number) => string, content: (size: number) => Buffer): MakeFile {
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
