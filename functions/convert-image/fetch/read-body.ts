import type { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { ImageError } from '../image-error.ts';

const decoders = new Map<string, () => Transform>([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
  ['zstd', createZstdDecompress],
]);

type BodyHeaders = { contentLength: string | undefined; contentEncoding: string | undefined };

/**
 * Reads a body of at most `maxBytes`, counted as sent and as unpacked while it streams, whatever its length was declared
 * to be. Throws {@link ImageError} TOO_LARGE, EMPTY_BODY or BAD_RESPONSE; errors of the connection pass.
 */
export async function readBody(body: Readable, headers: BodyHeaders, maxBytes: number): Promise<Buffer> {
  if (Number(headers.contentLength) > maxBytes) {
    throw new ImageError('TOO_LARGE', `The file has ${headers.contentLength} bytes; at most ${maxBytes} are read.`);
  }
  const decoder = decoderFor(headers.contentEncoding);
  const chunks: Buffer[] = [];
  const collect = async (source: AsyncIterable<Buffer>) => {
    for await (const chunk of limitBytes(source, maxBytes)) chunks.push(chunk);
  };
  const sent = (source: AsyncIterable<Buffer>) => limitBytes(source, maxBytes);
  await (decoder === null ? pipeline(body, collect) : pipeline(body, sent, decoder, collect));
  const bytes = Buffer.concat(chunks);
  if (bytes.length === 0) throw new ImageError('EMPTY_BODY', 'The server sent success with zero bytes.');
  return bytes;
}

/**
 * Names of no encoding are passed over, as browsers do: uploads to S3 leave `aws-chunked`, `utf-8` or `none` in the
 * header. What the bytes are is decided by themselves in any case.
 */
function decoderFor(contentEncoding: string | undefined): Transform | null {
  const names = (contentEncoding ?? '').toLowerCase().split(',');
  const [create, ...more] = names.flatMap((name) => decoders.get(name.trim()) ?? []);
  if (more.length > 0) {
    const encodings = JSON.stringify(names.join().slice(0, 50));
    throw new ImageError('BAD_RESPONSE', `The server sent content encodings ${encodings}; expected at most one.`);
  }
  return create?.() ?? null;
}

async function* limitBytes(source: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      throw new ImageError('TOO_LARGE', `The file has more than ${maxBytes} bytes; the rest was not read.`);
    }
    yield chunk;
  }
}
