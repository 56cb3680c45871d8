import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  CreateMultipartUploadCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { startStorage, temporaryDirectory } from './storage.ts';

const megabyte = 1024 ** 2;
const rule = { prefix: '', expirationDays: null, abortIncompleteUploadDays: null };

it('what has expired is removed at the next start, and its space given back', async () => {
  const directory = await temporaryDirectory();
  const file = join(directory, 'fauxqs.db');
  const first = await startStorage({ directory, buckets: ['work', 'images'].map((name) => ({ name, notify: false })) });
  for (const Key of ['old/1', 'old/2', 'new', 'kept/old']) {
    await first.s3.send(new PutObjectCommand({ Bucket: 'work', Key, Body: randomBytes(4 * megabyte) }));
  }
  await first.s3.send(new PutObjectCommand({ Bucket: 'images', Key: 'old', Body: 'image' }));
  const upload = { Bucket: 'work', Key: 'unfinished' };
  const { UploadId } = await first.s3.send(new CreateMultipartUploadCommand(upload));
  const part = { ...upload, UploadId, PartNumber: 1, Body: randomBytes(6 * megabyte) };
  await first.s3.send(new UploadPartCommand(part));
  await first.stop();
  expect((await stat(file)).size).toBeGreaterThan(22 * megabyte);
  expect((await stat(file)).mode & 0o777).toBe(0o600);

  const database = new DatabaseSync(file);
  const longAgo = new Date(Date.now() - 8 * 24 * 60 * 60 * 1000).toISOString();
  database.exec(`
    update s3_objects set last_modified = '${longAgo}' where key like '%old%';
    update s3_multipart_uploads set initiated = '${longAgo}'`);
  database.close();
  const rules = [
    { ...rule, prefix: 'old/', expirationDays: 7 },
    { ...rule, prefix: 'new', expirationDays: 7 },
    { ...rule, abortIncompleteUploadDays: 1 },
  ];
  const { s3, stop } = await startStorage({
    directory,
    buckets: [
      { name: 'work', notify: false, lifecycleRules: rules },
      { name: 'images', notify: false },
    ],
  });
  const keys = async (Bucket: string) =>
    ((await s3.send(new ListObjectsV2Command({ Bucket }))).Contents ?? []).map(({ Key }) => Key);
  expect(await keys('work')).toEqual(['kept/old', 'new']);
  expect(await keys('images')).toEqual(['old']);
  await expect(s3.send(new UploadPartCommand(part))).rejects.toMatchObject({ name: 'NoSuchUpload' });
  await stop();
  expect((await stat(file)).size).toBeLessThan(10 * megabyte);
});
