import { latin1, repeat } from './bytes.ts';
import { type MakeFile, picture } from './picture.ts';

const webp = await picture.clone().webp().toBuffer();

export function webpWith(type: string, flag: number, content: (size: number) => Buffer): MakeFile {
  const chunk = (name: string, data: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(data.length);
    return Buffer.concat([latin1(name), length, data, Buffer.alloc(data.length % 2)]);
  };
  const canvas = Buffer.alloc(10);
  canvas[0] = flag;
  canvas.writeUIntLE(59, 4, 3);
  canvas.writeUIntLE(39, 7, 3);
  return (count, size) => {
    const more = repeat(count, () => chunk(type, content(size)));
    const pixels = webp.subarray(12);
    const parts = type === 'ICCP' ? [more, pixels] : [pixels, more];
    return chunk('RIFF', Buffer.concat([latin1('WEBP'), chunk('VP8X', canvas), ...parts]));
  };
}
