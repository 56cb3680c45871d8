import { Readable } from 'node:stream';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { z } from 'zod';
import { ServiceUnavailableError } from '../../../workflows/errors.ts';
import { splitLines } from './split-lines.ts';

let client: S3Client | undefined;

/** The function's S3 client; AWS_ENDPOINT_URL_S3 points it elsewhere. */
export function storageClient(): S3Client {
  client ??= new S3Client({ maxAttempts: 4 });
  return client;
}

/** Writes an object; throws {@link ServiceUnavailableError} where S3 fails after the SDK's retries. */
export async function writeObject(
  bucket: string,
  key: string,
  body: string | Uint8Array,
  headers: { contentType: string; cacheControl?: string },
): Promise<void> {
  await putObject(bucket, key, body, headers);
}

async function putObject(
  bucket: string,
  key: string,
  body: string | Uint8Array,
  { contentType, cacheControl }: { contentType: string; cacheControl?: string },
  conditions: { IfNoneMatch?: '*' } = {},
): Promise<void> {
  const object = { Bucket: bucket, Key: key, Body: body, ContentType: contentType, CacheControl: cacheControl };
  await withStorageErrors(() => storageClient().send(new PutObjectCommand({ ...object, ...conditions })));
}

/**
 * Writes an object whose key says what it holds, where there is none of that key yet; one that is there stays. The role
 * that writes so need not be allowed to replace anything.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export async function createObject(...[bucket, key, body, headers]: Parameters<typeof writeObject>): Promise<void> {
  try {
    await putObject(bucket, key, body, headers, { IfNoneMatch: '*' });
  } catch (error) {
    const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
    if (status === 412) return;
    // Somebody else writes, or removes, the same key just now.
    if (status === 409) throw new ServiceUnavailableError(`S3 is busy with ${key}`, { cause: error });
    throw error;
  }
}

/** Keys of one DeleteObjects request. https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
const keysPerRemoval = 1000;

/** Removes objects; those that are not there count as removed. Throws where S3 kept any. */
export async function removeObjects(bucket: string, keys: readonly string[]): Promise<void> {
  for (let start = 0; start < keys.length; start += keysPerRemoval) {
    const Objects = keys.slice(start, start + keysPerRemoval).map((Key) => ({ Key }));
    const { Errors = [] } = await withStorageErrors(() =>
      storageClient().send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } })),
    );
    const [first] = Errors;
    if (first) throw new ServiceUnavailableError(`S3 kept ${Errors.length} objects, ${first.Key}: ${first.Code}`);
  }
}

export type StoredObject = { key: string; lastModified: Date };

/** The objects of a bucket whose key begins with `prefix`, in the order of their keys. */
export async function* listObjects(bucket: string, prefix: string): AsyncGenerator<StoredObject> {
  let ContinuationToken: string | undefined;
  do {
    const { Contents = [], NextContinuationToken } = await withStorageErrors(() =>
      storageClient().send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken })),
    );
    for (const { Key, LastModified } of Contents) {
      if (Key !== undefined && LastModified !== undefined) yield { key: Key, lastModified: LastModified };
    }
    ContinuationToken = NextContinuationToken;
  } while (ContinuationToken !== undefined);
}

/** Writes one JSON document a line. */
export async function writeJsonLines(bucket: string, key: string, items: readonly unknown[]): Promise<void> {
  const body = items.map((item) => `${JSON.stringify(item)}\n`).join('');
  await writeObject(bucket, key, body, { contentType: 'application/jsonl' });
}

/** Reads a JSONL object line by line, each checked against `schema`. */
export async function* readJsonLines<T extends z.ZodType>(
  bucket: string,
  key: string,
  schema: T,
): AsyncGenerator<z.output<T>> {
  const { Body } = await withStorageErrors(() =>
    storageClient().send(new GetObjectCommand({ Bucket: bucket, Key: key })),
  );
  if (!(Body instanceof Readable)) throw new ServiceUnavailableError(`S3 sent no body for ${bucket}/${key}`);
  for await (const line of splitLines(Body)) yield schema.parse(JSON.parse(line));
}

/** Runs `work`, turning S3's server errors, throttling and lost connections into {@link ServiceUnavailableError}. */
export async function withStorageErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isPermanent(error)) throw error;
    throw new ServiceUnavailableError(`S3 is unavailable: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}

function isPermanent(error: unknown): boolean {
  if (!(error instanceof S3ServiceException)) return false;
  const status = error.$metadata.httpStatusCode ?? 500;
  return status >= 400 && status < 500 && status !== 429;
}
