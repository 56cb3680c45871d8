import type { DatabaseSync } from 'node:sqlite';
import type { BuildAppOptions } from 'fauxqs';

type S3Store = NonNullable<BuildAppOptions['stores']>['s3Store'];

/** What of a bucket's lifecycle matters where all storage is one disk; `null` is never. */
export type LifecycleRule = {
  prefix: string;
  expirationDays: number | null;
  abortIncompleteUploadDays: number | null;
};

const dayMilliseconds = 24 * 60 * 60 * 1000;

/**
 * Removes what has expired by `now` and gives the space back to the disk. S3 does so at the midnight after, here it is
 * when the time has come. `connection` is to the store's own database, in which space can be given back
 * (`auto_vacuum`); the store tells nobody of its unfinished uploads.
 */
export function applyLifecycle(
  { s3Store, connection }: { s3Store: S3Store; connection: DatabaseSync },
  buckets: readonly { name: string; lifecycleRules: readonly LifecycleRule[] }[],
  now: Date,
): void {
  for (const { name, lifecycleRules } of buckets) {
    for (const { prefix, expirationDays, abortIncompleteUploadDays } of lifecycleRules) {
      if (expirationDays !== null) {
        const before = now.getTime() - expirationDays * dayMilliseconds;
        const { objects } = s3Store.listObjects(name, { prefix, maxKeys: Number.POSITIVE_INFINITY });
        for (const { key, lastModified } of objects) {
          if (lastModified.getTime() <= before) s3Store.deleteObject(name, key);
        }
      }
      if (abortIncompleteUploadDays !== null) {
        const before = new Date(now.getTime() - abortIncompleteUploadDays * dayMilliseconds).toISOString();
        const uploads = connection
          .prepare('select upload_id, key from s3_multipart_uploads where bucket = ? and initiated <= ?')
          .all(name, before);
        for (const { upload_id, key } of uploads) {
          if (String(key).startsWith(prefix)) s3Store.abortMultipartUpload(String(upload_id));
        }
      }
    }
  }
  connection.exec('pragma incremental_vacuum; pragma wal_checkpoint(truncate)');
}
