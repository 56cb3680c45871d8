import { GetObjectCommand, S3ServiceException } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { workKeys } from '../shared/object-keys.ts';
import { storageClient, withStorageErrors, writeObject } from '../shared/storage.ts';

/**
 * Hosts that want to be left alone, as objects in the work bucket: what one Lambda was told, the others know within
 * a second, long before it is in the database. https://aws.amazon.com/s3/consistency/
 */
export type HostHolds = {
  /** Seconds until the host may be asked again; 0: now. */
  read(host: string): Promise<number>;
  /** Leaves the host alone for so many seconds. */
  write(host: string, seconds: number): Promise<void>;
};

const holdSchema = z.object({ until: z.number() });

/** Without the right to list the bucket, S3 answers 403 for an object that is not there. */
const notThere = new Set([403, 404]);

/** An environment asks again after so long: once a second instead of for every image of its lane. */
const freshMilliseconds = 1000;

type Hold = z.infer<typeof holdSchema>;

export function hostHolds(bucket: string): HostHolds {
  // A lane is of one host: the last answer is the one that is asked for again.
  let last: (Hold & { host: string; asOf: number }) | undefined;
  const holdOf = async (host: string): Promise<Hold> => {
    const now = Date.now();
    if (last?.host === host && now - last.asOf < freshMilliseconds) return last;
    const hold = (await withStorageErrors(() => readHold(bucket, host))) ?? { until: 0 };
    last = { ...hold, host, asOf: now };
    return hold;
  };
  return {
    async read(host) {
      const { until } = await holdOf(host);
      return Math.max(0, Math.ceil((until - Date.now()) / 1000));
    },
    async write(host, seconds) {
      const until = Date.now() + seconds * 1000;
      // A later answer that asks for less does not take back what an earlier one has asked for.
      if ((await holdOf(host)).until >= until) return;
      last = { until, host, asOf: Date.now() };
      await writeObject(bucket, workKeys.hold(host), JSON.stringify({ until }), { contentType: 'application/json' });
    },
  };
}

async function readHold(bucket: string, host: string): Promise<z.infer<typeof holdSchema> | null> {
  try {
    const { Body } = await storageClient().send(new GetObjectCommand({ Bucket: bucket, Key: workKeys.hold(host) }));
    return holdSchema.parse(JSON.parse((await Body?.transformToString()) ?? ''));
  } catch (error) {
    if (error instanceof S3ServiceException && notThere.has(error.$metadata.httpStatusCode ?? 0)) return null;
    throw error;
  }
}
