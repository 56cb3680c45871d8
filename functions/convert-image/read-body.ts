import type { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { ImageError } from './image-error.ts';

const decoders: Record<string, () => Transform> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
};

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

function decoderFor(contentEncoding: string | undefined): Transform | null {
  const encoding = (contentEncoding ?? '').trim().toLowerCase();
  if (encoding === '' || encoding === 'identity') return null;
  const create = Object.hasOwn(decoders, encoding) ? decoders[encoding] : undefined;
  if (create === undefined) {
    throw new ImageError(
      'BAD_RESPONSE',
      `The server sent content encoding ${JSON.stringify(encoding.slice(0, 50))}; expected none of it, or ${Object.keys(decoders).join(', ')}.`,
    );
  }
  return create();
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
