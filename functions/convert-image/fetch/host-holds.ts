import { GetObjectCommand, S3ServiceException } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { storageClient, withStorageErrors, writeObject } from '../../shared/aws/storage.ts';
import { workKeys } from '../../shared/imports/object-keys.ts';

/**
 * Hosts that want to be left alone, as objects in the work bucket: what one Lambda was told, the others know with their
 * next image, long before it is in the database. https://aws.amazon.com/s3/consistency/
 */
export type HostHolds = {
  /** Seconds until the host may be asked again; 0: now. */
  read(host: string): Promise<number>;
  /** Leaves the host alone for so many seconds. */
  write(host: string, seconds: number): Promise<void>;
};

const holdSchema = z.object({ until: z.number() });

export function hostHolds(bucket: string): HostHolds {
  return {
    async read(host) {
      const hold = await withStorageErrors(() => readHold(bucket, host));
      return hold === null ? 0 : Math.max(0, Math.ceil((hold.until - Date.now()) / 1000));
    },
    write(host, seconds) {
      const body = JSON.stringify({ until: Date.now() + seconds * 1000 });
      return writeObject(bucket, workKeys.hold(host), body, { contentType: 'application/json' });
    },
  };
}

async function readHold(bucket: string, host: string): Promise<z.infer<typeof holdSchema> | null> {
  try {
    const { Body } = await storageClient().send(new GetObjectCommand({ Bucket: bucket, Key: workKeys.hold(host) }));
    return holdSchema.parse(JSON.parse((await Body?.transformToString()) ?? ''));
  } catch (error) {
    // 404 alone: infrastructure/ grants what it takes for S3 not to say 403 of an object that is not there.
    if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) return null;
    throw error;
  }
}
