import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bytesOf, exchange, hostileRequests, statusesOf } from '../../raw-requests.ts';
import { startStorage } from './storage.ts';

const actions = [
  'SendMessage',
  'SendMessageBatch',
  'ReceiveMessage',
  'DeleteMessage',
  'GetQueueAttributes',
  'toString',
];
const queries = [
  'uploads',
  'uploadId=x',
  'uploadId=x&partNumber=y',
  'delete',
  'attributes',
  'renameObject',
  'lifecycle',
];
const hostile = hostileRequests({
  paths: [
    ...['/uploads', '/uploads/', '/uploads/a', '/uploads//', '/uploads/%E0%A4%A', '/uploads/%00', '/uploads/a%2Fb'],
    ...queries.flatMap((query) => [`/uploads?${query}`, `/uploads/a?${query}`]),
    ...['/uploads?max-keys=x', '/uploads?list-type=2&continuation-token=%00', '/_fauxqs/queues/%E0%A4%A'],
  ],
  headers: [
    ...actions.map((action) => `X-Amz-Target: AmazonSQS.${action}`),
    ...['X-Amz-Copy-Source: %E0%A4%A', 'X-Amz-Copy-Source: /', 'X-Amz-Copy-Source: uploads/a', 'X-Amz-Meta-A: \xff'],
    ...['Content-Encoding: aws-chunked', 'X-Amz-Checksum-Crc32: x', 'X-Amz-Object-Attributes: x', 'Content-MD5: x'],
  ],
  bodies: [
    ...[
      '<Delete>',
      '<Delete><Object><Key>a</Key></Object></Delete>',
      '<CompleteMultipartUpload>',
      '5\r\nhello',
      'zz\r\n',
    ],
    ...[
      '--x\r\n\r\n--x--',
      '--x\r\nContent-Disposition: form-data; name="key"\r\n\r\na\r\n--x--',
      'Action=SendMessage',
    ],
    ...['{"QueueUrl":1}', '{"QueueUrl":"http://[/0/q"}', '{"QueueUrl":"http://127.0.0.1/000000000000/images"}'],
  ],
});

it('the port of S3 and SQS answers whatever is sent to it, and not by an error of its own', async () => {
  const queue = { name: 'images', attributes: {} };
  const { storage, s3 } = await startStorage({ queues: [queue], buckets: [{ name: 'uploads', notify: true }] });
  // A bucket that is not empty stays.
  await s3.send(new PutObjectCommand({ Bucket: 'uploads', Key: 'kept', Body: 'rows' }));
  await fc.assert(
    fc.asyncProperty(hostile, async (request) => {
      const statuses = statusesOf(await exchange(storage.endpoint, bytesOf(request)));
      expect(statuses).not.toEqual([]);
      expect(Math.max(...statuses)).toBeLessThan(500);
    }),
    { numRuns: 600 },
  );
  await fc.assert(
    fc.asyncProperty(hostile, fc.double({ min: 0, max: 1, noNaN: true }), async (request, share) => {
      const bytes = bytesOf(request);
      await exchange(storage.endpoint, bytes.slice(0, Math.floor(bytes.length * share)));
    }),
    { numRuns: 100 },
  );
  await s3.send(new ListObjectsV2Command({ Bucket: 'uploads' }));
});
