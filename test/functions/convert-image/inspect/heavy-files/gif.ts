import { letters, repeat } from './bytes.ts';
import { type MakeFile, picture } from './picture.ts';

const gif = await picture.clone().gif().toBuffer();

export function gifWith(introducer: Buffer): MakeFile {
  const behindColours = 13 + (((gif[10] ?? 0) & 0x80) > 0 ? 3 * (2 << ((gif[10] ?? 0) & 7)) : 0);
  return (count, size) => {
    const block = Buffer.concat([Buffer.from([255]), letters(255)]);
    const extension = Buffer.concat([introducer, repeat(Math.ceil(size / 255), () => block), Buffer.from([0])]);
    return Buffer.concat([gif.subarray(0, behindColours), repeat(count, () => extension), gif.subarray(behindColours)]);
  };
}
