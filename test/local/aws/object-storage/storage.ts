import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { onTestFinished } from 'vitest';
import type { ObjectCreatedEvent } from '../../../../local/aws/object-storage/object-created.ts';
import { type ObjectStorageOptions, startObjectStorage } from '../../../../local/aws/object-storage/object-storage.ts';

export const account = '000000000000';
export const region = 'us-east-1';

/** A directory that is removed when the test ends. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'supplier-import-storage-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** S3 and SQS on a free port with clients, stopped when the test ends, and the events they sent. */
export async function startStorage(options: Partial<ObjectStorageOptions> = {}) {
  const events: ObjectCreatedEvent[] = [];
  const storage = await startObjectStorage({
    directory: options.directory ?? (await temporaryDirectory()),
    port: 0,
    account,
    region,
    buckets: [{ name: 'uploads', notify: true }],
    queues: [],
    onObjectCreated: (event) => events.push(event),
    ...options,
  });
  const settings = {
    endpoint: storage.endpoint,
    region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
  const s3 = new S3Client({ ...settings, forcePathStyle: true });
  const sqs = new SQSClient(settings);
  let stopped: Promise<void> | undefined;
  const stop = async () => {
    s3.destroy();
    sqs.destroy();
    stopped ??= storage.stop();
    await stopped;
  };
  onTestFinished(stop);
  return { storage, s3, sqs, events, stop };
}
