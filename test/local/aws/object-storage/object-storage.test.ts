import { randomBytes } from 'node:crypto';
import { CopyObjectCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { Upload } from '@aws-sdk/lib-storage';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ObjectCreatedEvent } from '../../../../local/aws/object-storage/object-created.ts';
import { bytesOf, exchange, statusesOf } from '../../raw-requests.ts';
import { startStorage, temporaryDirectory } from './storage.ts';

const drop = { Bucket: 'uploads', Key: 'acme/spring catalog (1).xlsx' };

describe('an upload', () => {
  it('is announced as S3 does through EventBridge', async () => {
    const { s3, events } = await startStorage();
    await s3.send(new PutObjectCommand({ ...drop, Body: 'rows' }));
    await vi.waitFor(() => expect(events).toHaveLength(1));
    expect(events).toEqual([
      {
        version: '0',
        id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
        'detail-type': 'Object Created',
        source: 'aws.s3',
        account: '000000000000',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        region: 'us-east-1',
        resources: ['arn:aws:s3:::uploads'],
        detail: {
          version: '0',
          bucket: { name: 'uploads' },
          object: {
            key: drop.Key,
            size: 4,
            etag: 'df347a373b8f92aa0ae3dd920a5ec2f6',
            sequencer: expect.stringMatching(/^[0-9A-F]{18}$/),
          },
          'request-id': expect.stringMatching(/^[0-9A-F]{16}$/),
          requester: '000000000000',
          'source-ip-address': '127.0.0.1',
          reason: 'PutObject',
        },
      },
    ]);
  });

  it('says how it came: in parts, or copied', async () => {
    const { s3, events } = await startStorage();
    const body = randomBytes(12 * 1024 * 1024);
    await new Upload({ client: s3, params: { ...drop, Body: body } }).done();
    await s3.send(
      new CopyObjectCommand({ ...drop, Key: 'acme/copy.xlsx', CopySource: `uploads/${encodeURIComponent(drop.Key)}` }),
    );
    await vi.waitFor(() => expect(events).toHaveLength(2));
    expect(events.map(({ detail }) => [detail.reason, detail.object.key, detail.object.size])).toEqual([
      ['CompleteMultipartUpload', drop.Key, body.length],
      ['CopyObject', 'acme/copy.xlsx', body.length],
    ]);
    const { Body } = await s3.send(new GetObjectCommand(drop));
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(body)).toBe(true);
  });

  it('of 30 MB in one request is taken', async () => {
    const { s3, events } = await startStorage();
    await s3.send(new PutObjectCommand({ ...drop, Body: Buffer.alloc(30 * 1024 * 1024) }));
    await vi.waitFor(() => expect(events[0]?.detail.object.size).toBe(30 * 1024 * 1024));
  });

  // What curl sends, what the console makes of a folder, what an export of JSON is.
  it.each([
    ['nothing, of no type', undefined, ''],
    ['a form', 'application/x-www-form-urlencoded', 'a=b'],
    ['the JSON of SQS', 'application/x-amz-json-1.0', '{"a'],
  ])('of %s is taken as it is', async (_, type, body) => {
    const { storage, s3 } = await startStorage();
    const headers = type === undefined ? [] : [`Content-Type: ${type}`];
    const put = bytesOf({ method: 'PUT', path: '/uploads/acme/folder/', headers, body });
    expect(statusesOf(await exchange(storage.endpoint, put))).toEqual([200]);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'uploads', Key: 'acme/folder/' }));
    expect(await Body?.transformToString()).toBe(body);
  });

  it('to a bucket without notifications is not announced', async () => {
    const { s3, events } = await startStorage({
      buckets: [
        { name: 'work', notify: false },
        { name: 'uploads', notify: true },
      ],
    });
    await s3.send(new PutObjectCommand({ Bucket: 'work', Key: 'rows.jsonl', Body: '{}' }));
    await s3.send(new PutObjectCommand({ ...drop, Body: 'rows' }));
    await vi.waitFor(() => expect(events).not.toHaveLength(0));
    expect(events.map(({ detail }) => detail.bucket.name)).toEqual(['uploads']);
  });

  it('of the same bytes again is a drop of its own, with a greater sequencer and a later time', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const directory = await temporaryDirectory();
    const first = await startStorage({ directory });
    // Within one millisecond, and after a restart with a clock that was put back.
    for (let n = 0; n < 3; n += 1) await first.s3.send(new PutObjectCommand({ ...drop, Body: 'rows' }));
    await vi.waitFor(() => expect(first.events).toHaveLength(3));
    await first.stop();
    vi.setSystemTime(Date.now() - 60_000);
    const second = await startStorage({ directory });
    await second.s3.send(new PutObjectCommand({ ...drop, Body: 'rows' }));
    await vi.waitFor(() => expect(second.events).toHaveLength(1));
    const events = [...first.events, ...second.events];
    for (const placeOf of [
      (event: ObjectCreatedEvent) => event.detail.object.sequencer,
      (event: ObjectCreatedEvent) => event.time,
    ]) {
      const places = events.map(placeOf);
      expect(new Set(places).size).toBe(4);
      expect(places.toSorted()).toEqual(places);
    }
  });
});

describe('a read', () => {
  it('honours If-Match, so that a replaced object is noticed', async () => {
    const { s3 } = await startStorage();
    const { ETag } = await s3.send(new PutObjectCommand({ ...drop, Body: 'rows' }));
    await s3.send(new GetObjectCommand({ ...drop, IfMatch: ETag }));
    await s3.send(new PutObjectCommand({ ...drop, Body: 'other rows' }));
    await expect(s3.send(new GetObjectCommand({ ...drop, IfMatch: ETag }))).rejects.toMatchObject({
      name: 'PreconditionFailed',
    });
  });
});

describe('a restart', () => {
  it('keeps objects and their events, messages, and the queues’ new attributes', async () => {
    const directory = await temporaryDirectory();
    const queue = (VisibilityTimeout: string) => [{ name: 'images', attributes: { VisibilityTimeout } }];
    const first = await startStorage({ directory, queues: queue('30') });
    await first.s3.send(new PutObjectCommand({ ...drop, Body: 'rows' }));
    await first.sqs.send(new SendMessageCommand({ QueueUrl: first.storage.queueUrl('images'), MessageBody: 'one' }));
    await vi.waitFor(() => expect(first.events).toHaveLength(1));
    await first.stop();

    const second = await startStorage({ directory, queues: queue('60') });
    const QueueUrl = second.storage.queueUrl('images');
    expect((await second.s3.send(new ListObjectsV2Command({ Bucket: 'uploads' }))).KeyCount).toBe(1);
    const [replayed] = second.storage.listDrops('uploads');
    expect(replayed).toMatchObject({ id: first.events[0]?.id, time: first.events[0]?.time });
    expect(replayed?.detail.object).toEqual(first.events[0]?.detail.object);
    expect((await second.sqs.send(new ReceiveMessageCommand({ QueueUrl }))).Messages?.[0]?.Body).toBe('one');
    const { Attributes } = await second.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['VisibilityTimeout'] }),
    );
    expect(Attributes).toEqual({ VisibilityTimeout: '60' });
    expect(second.events).toEqual([]);
  });
});
