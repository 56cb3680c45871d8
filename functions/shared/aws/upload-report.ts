import { createReadStream } from 'node:fs';
import { Upload } from '@aws-sdk/lib-storage';
import { storageClient, withStorageErrors } from './storage.ts';

/** Streams a local file into S3, in parts where it is large: a report has as many lines as the spreadsheet has problems. */
export async function uploadReport(bucket: string, key: string, path: string, contentType: string): Promise<void> {
  await withStorageErrors(async () => {
    const params = { Bucket: bucket, Key: key, Body: createReadStream(path), ContentType: contentType };
    await new Upload({ client: storageClient(), params, queueSize: 2 }).done();
  });
}
