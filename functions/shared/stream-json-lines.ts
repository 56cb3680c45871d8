import { Readable } from 'node:stream';
import { Upload } from '@aws-sdk/lib-storage';
import { storageClient, withStorageErrors } from './storage.ts';

/**
 * Writes one JSON document a line, as the pages arrive: a file of any size in the memory of two parts of 5 MiB, the
 * least S3 takes. Returns the number of lines. Throws ServiceUnavailable where S3 fails after the SDK's retries.
 */
export async function streamJsonLines(
  bucket: string,
  key: string,
  pages: AsyncIterable<readonly unknown[]>,
): Promise<number> {
  let lines = 0;
  async function* body(): AsyncGenerator<Buffer> {
    for await (const page of pages) {
      lines += page.length;
      yield Buffer.from(page.map((item) => `${JSON.stringify(item)}\n`).join(''));
    }
  }
  const Body = Readable.from(body());
  const upload = new Upload({
    client: storageClient(),
    params: { Bucket: bucket, Key: key, Body, ContentType: 'application/jsonl' },
    queueSize: 1,
  });
  await withStorageErrors(() => upload.done());
  return lines;
}
