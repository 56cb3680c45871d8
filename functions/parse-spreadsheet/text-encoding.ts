import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';

export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/**
 * The encoding of a text file: by its byte order mark, by the zero bytes of UTF-16 without one, UTF-8 where all of it
 * is valid, Windows-1252 otherwise. `damaged` is true for UTF-8 with a few bytes that are none.
 */
export async function detectEncoding(path: string): Promise<{ encoding: TextEncoding; damaged: boolean }> {
  const start = await readStart(path, 4096);
  if (start[0] === 0xff && start[1] === 0xfe) return { encoding: 'utf-16le', damaged: false };
  if (start[0] === 0xfe && start[1] === 0xff) return { encoding: 'utf-16be', damaged: false };
  if (start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf) return { encoding: 'utf-8', damaged: false };
  const zeros = [0, 0];
  for (const [index, byte] of start.entries()) if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (odd > start.length / 8 && even < odd / 8) return { encoding: 'utf-16le', damaged: false };
  if (even > start.length / 8 && odd < even / 8) return { encoding: 'utf-16be', damaged: false };
  return detectUtf8(path);
}

/** One pass over the file: valid multi-byte characters against bytes that are no UTF-8. */
async function detectUtf8(path: string): Promise<{ encoding: TextEncoding; damaged: boolean }> {
  const decoder = new TextDecoder('utf-8');
  let invalid = 0;
  let valid = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    const text = decoder.decode(chunk, { stream: true });
    for (const found of text.matchAll(/[\u0080-\uffff]/g)) {
      if (found[0] === '\ufffd') invalid += 1;
      else valid += 1;
    }
  }
  if (decoder.decode().includes('\ufffd')) invalid += 1;
  if (invalid === 0) return { encoding: 'utf-8', damaged: false };
  return valid > 10 * invalid ? { encoding: 'utf-8', damaged: true } : { encoding: 'windows-1252', damaged: false };
}

/** The first bytes of a file. */
export async function readStart(path: string, bytes: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
