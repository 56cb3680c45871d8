import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { refusalOf } from '../loopback.ts';
import { assembleFauxqs } from './fauxqs.ts';
import { applyLifecycle, type LifecycleRule } from './lifecycle.ts';
import { type ObjectCreatedEvent, objectCreated, type Upload, type UploadReason } from './object-created.ts';

export type ObjectStorageOptions = {
  /** Where objects and messages are kept; made where it is missing. */
  directory: string;
  /** 0 takes a free one. */
  port: number;
  account: string;
  region: string;
  /** Names of the buckets; `notify` for those that send events to EventBridge. */
  buckets: readonly { name: string; notify: boolean; lifecycleRules?: readonly LifecycleRule[] }[];
  /** Attributes as SQS names them, all values text. */
  queues: readonly { name: string; attributes: Record<string, string> }[];
  onObjectCreated: (event: ObjectCreatedEvent) => void;
};

/** Between two looks at what has expired. */
const lifecycleMilliseconds = 60 * 60 * 1000;

export type ObjectStorage = {
  /** `http://127.0.0.1:PORT`: the endpoint of S3 and of SQS. */
  endpoint: string;
  queueUrl(name: string): string;
  /** The events of the objects a bucket holds, oldest first, each as it was or would have been sent. */
  listDrops(bucket: string): ObjectCreatedEvent[];
  stop(): Promise<void>;
};

/**
 * Starts S3 and SQS on one loopback port over the state in `directory`. Buckets and queues that are there already stay
 * as they are, but for the queues' attributes, which follow `queues`.
 */
export async function startObjectStorage(options: ObjectStorageOptions): Promise<ObjectStorage> {
  const { account, region } = options;
  const notifying = new Set(options.buckets.filter(({ notify }) => notify).map(({ name }) => name));
  const requests = new AsyncLocalStorage<Upload>();
  // Told by the store rather than by its HTTP responses: only there are size and time of the very object that was
  // written known, whatever is written to the same key meanwhile.
  const fauxqs = await assembleFauxqs(options.directory, (bucket, object) => {
    if (!notifying.has(bucket)) return;
    const event = objectCreated(account, region, bucket, object, requests.getStore() ?? unknownUpload);
    setImmediate(options.onObjectCreated, event);
  });
  const { app, s3Store, sqsStore } = fauxqs;

  app.addHook('onRequest', async (request, reply) => {
    // No page is served from here that had a reason to call: what a supplier uploaded may be one.
    const { origin } = request.headers;
    const refusal = origin === undefined ? refusalOf(request.headers) : `Web pages are refused (Origin: ${origin})`;
    if (refusal !== null) await reply.code(403).type('text/plain').send(`${refusal}\n`);
  });
  app.addHook('preHandler', (request, reply, done) => {
    const requestId = randomUUID().replaceAll('-', '').slice(0, 16).toUpperCase();
    reply.header('x-amz-request-id', requestId);
    const reason = uploadReason(request.method, request.url, request.headers['x-amz-copy-source'] !== undefined);
    requests.run({ requestId, sourceAddress: request.ip, reason }, done);
  });
  const endpoint = await app.listen({ host: '127.0.0.1', port: options.port });
  const queueUrl = (name: string) => `${endpoint}/${account}/${name}`;

  for (const { name } of options.buckets) s3Store.createBucket(name);
  for (const { name, attributes } of options.queues) {
    const queue = sqsStore.getQueueByName(name);
    if (queue === undefined) {
      sqsStore.createQueue(name, queueUrl(name), `arn:aws:sqs:${region}:${account}:${name}`, attributes);
    } else {
      queue.setAttributes(attributes);
    }
  }
  const buckets = options.buckets.map(({ name, lifecycleRules = [] }) => ({ name, lifecycleRules }));
  applyLifecycle(fauxqs, buckets, new Date());
  const lifecycle = setInterval(() => applyLifecycle(fauxqs, buckets, new Date()), lifecycleMilliseconds);
  return {
    endpoint,
    queueUrl,
    listDrops: (bucket) =>
      s3Store
        .listObjects(bucket, { maxKeys: Number.POSITIVE_INFINITY })
        .objects.toSorted((one, other) => one.lastModified.getTime() - other.lastModified.getTime())
        .map((object) => objectCreated(account, region, bucket, object, unknownUpload)),
    stop: async () => {
      clearInterval(lifecycle);
      await app.close();
    },
  };
}

/** For a drop whose request is over. */
const unknownUpload: Upload = { requestId: '0000000000000000', sourceAddress: '127.0.0.1', reason: 'PutObject' };

function uploadReason(method: string, url: string, hasSource: boolean): UploadReason {
  if (method !== 'POST') return hasSource ? 'CopyObject' : 'PutObject';
  return url.includes('uploadId=') ? 'CompleteMultipartUpload' : 'POST Object';
}
