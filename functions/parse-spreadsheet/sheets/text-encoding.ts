import { open } from 'node:fs/promises';

/** Small: V8 takes the rows of a piece, which are there together, for long-lived where they are many. */
export const pieceBytes = 16 * 1024;

export type UnicodeEncoding = 'utf-8' | 'utf-16le' | 'utf-16be';
/** Encodings from before Unicode, as TextDecoder names them. */
export type LegacyEncoding =
  | 'windows-1250'
  | 'windows-1251'
  | 'windows-1252'
  | 'windows-1253'
  | 'windows-1254'
  | 'koi8-r'
  | 'shift_jis'
  | 'euc-jp'
  | 'gb18030'
  | 'big5'
  | 'euc-kr';
export type TextEncoding = UnicodeEncoding | LegacyEncoding;

/**
 * The encoding of a text file: by its byte order mark, by the zero bytes of UTF-16 without one, UTF-8 where all of it
 * is valid. Null for an encoding from before Unicode. `damaged` is true for UTF-8 with a few bytes that are none.
 */
export async function detectUnicode(path: string): Promise<{ encoding: UnicodeEncoding; damaged: boolean } | null> {
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

async function detectUtf8(path: string): Promise<{ encoding: UnicodeEncoding; damaged: boolean } | null> {
  if (await isUtf8(path)) return { encoding: 'utf-8', damaged: false };
  // A few bad bytes among many good characters are damage; otherwise the good ones are chance.
  let invalid = 0;
  let valid = 0;
  for await (const text of decoded(path, new TextDecoder('utf-8'))) {
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      if (code === 0xfffd) invalid += 1;
      else if (code >= 0x80) valid += 1;
    }
  }
  return valid > 10 * invalid ? { encoding: 'utf-8', damaged: true } : null;
}

async function isUtf8(path: string): Promise<boolean> {
  try {
    for await (const _ of decoded(path, new TextDecoder('utf-8', { fatal: true }))) {
      // Only whether it decodes is asked.
    }
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

/** The file's text in pieces. */
export async function* decoded(path: string, decoder: InstanceType<typeof TextDecoder>): AsyncGenerator<string> {
  const file = await open(path);
  try {
    // One buffer for all: the text of each piece is a copy.
    const buffer = Buffer.allocUnsafeSlow(pieceBytes);
    while (true) {
      const { bytesRead } = await file.read(buffer);
      if (bytesRead === 0) break;
      yield decoder.decode(buffer.subarray(0, bytesRead), { stream: true });
    }
  } finally {
    await file.close();
  }
  yield decoder.decode();
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
