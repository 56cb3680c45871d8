import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, S3ServiceException } from '@aws-sdk/client-s3';
import {
  ObjectDeletedError,
  ObjectReplacedError,
  ServiceUnavailableError,
  SpreadsheetTooLargeError,
} from '../../../workflows/errors.ts';
import type { Upload } from '../../../workflows/payloads/upload.ts';
import { storageClient, withStorageErrors } from '../../shared/aws/storage.ts';
import { limits } from '../limits.ts';

/**
 * Streams the version of the object that the event was about to a local file. Throws {@link ObjectReplacedError} where
 * it was overwritten since, {@link ObjectDeletedError} where it is gone, {@link SpreadsheetTooLargeError} before
 * downloading what is too large anyway.
 */
export async function downloadUpload(upload: Upload, path: string): Promise<void> {
  if (upload.size > limits.fileBytes) {
    throw new SpreadsheetTooLargeError(`The file has ${upload.size} bytes; at most ${limits.fileBytes} are accepted.`);
  }
  const version =
    upload.objectVersionId === null ? { IfMatch: `"${upload.etag}"` } : { VersionId: upload.objectVersionId };
  try {
    await withStorageErrors(async () => {
      const { Body } = await storageClient().send(
        new GetObjectCommand({ Bucket: upload.bucket, Key: upload.key, ...version }),
      );
      if (!(Body instanceof Readable))
        throw new ServiceUnavailableError(`S3 sent no body for ${upload.bucket}/${upload.key}`);
      await pipeline(Body, createWriteStream(path));
    });
  } catch (error) {
    const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
    if (status === 404)
      throw new ObjectDeletedError(
        `${upload.key} was deleted before it was read: nothing was imported. Drop it again if it is wanted.`,
        { cause: error },
      );
    if (status !== 412) throw error;
    throw new ObjectReplacedError(
      `${upload.key} was replaced before it was read; the newer file has an import of its own.`,
      { cause: error },
    );
  }
}
