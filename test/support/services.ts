import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { afterAll, beforeAll, vi } from 'vitest';

/** What a test file reads back from the S3 and SQS of its own. */
export type ServiceStack = {
  fauxqs: () => FauxqsServer;
  readText(bucket: string, key: string): Promise<string>;
  listKeys(bucket: string): Promise<string[]>;
};

/** Starts S3 and SQS on a free port for the test file and points the functions' SDK clients at them. */
export function useServices(options: { buckets?: string[]; queues?: string[] }): ServiceStack {
  let server: FauxqsServer | undefined;
  const started = () => {
    if (!server) throw new Error('S3 and SQS run within tests only');
    return server;
  };
  const client = () =>
    new S3Client({ endpoint: `http://127.0.0.1:${started().port}`, forcePathStyle: true, region: 'us-east-1' });
  beforeAll(async () => {
    vi.stubEnv('AWS_REGION', 'us-east-1');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
    server = await startFauxqs({ port: 0, logger: false });
    for (const bucket of options.buckets ?? []) server.createBucket(bucket);
    for (const queue of options.queues ?? []) server.createQueue(queue);
    // An address and no name: the SDK then puts the bucket into the path and not into a host name nobody resolves.
    vi.stubEnv('AWS_ENDPOINT_URL_S3', `http://127.0.0.1:${server.port}`);
    vi.stubEnv('AWS_ENDPOINT_URL_SQS', `http://127.0.0.1:${server.port}`);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await server?.stop();
  });
  return {
    fauxqs: started,
    async readText(bucket, key) {
      const { Body } = await client().send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return (await Body?.transformToString()) ?? '';
    },
    async listKeys(bucket) {
      const { Contents = [] } = await client().send(new ListObjectsV2Command({ Bucket: bucket }));
      return Contents.map(({ Key = '' }) => Key);
    },
  };
}
