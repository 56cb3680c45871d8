import { createHash } from 'node:crypto';
import { HeadObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { eq, sql } from 'drizzle-orm';
import type { Database } from '../../functions/shared/database/database.ts';
import { hexToUuid } from '../../functions/shared/hash.ts';
import { imageKeys } from '../../functions/shared/imports/object-keys.ts';
import { hostLanes, images, imports } from '../../schema/index.ts';
import type { FaultyImage } from './faulty-suppliers.ts';

export type Conservation = { converted: number; failed: number; waiting: number; lost: number };

/**
 * Images by where they are while no import runs: converted, failed with a reason, waiting with a time. Everything else is
 * lost, and so is what only a running import would see to.
 */
export async function conservation(database: Database): Promise<Conservation> {
  const rows = await database.execute<{ place: keyof Conservation; count: number }>(sql`
    select case
        when ${images.status} = 'converted' and ${images.objectKey} is not null and ${images.errorCode} is null then 'converted'
        when ${images.status} = 'failed' and ${images.errorCode} is not null and ${images.errorMessage} is not null
          and ${images.nextAttemptAt} is null then 'failed'
        when ${images.nextAttemptAt} is not null and (${images.status} in ('pending', 'queued')
          or (${images.status} = 'failed' and ${images.errorCode} is not null)) then 'waiting'
        else 'lost' end as place, count(*)::int as count
    from ${images} group by place`);
  const counts = { converted: 0, failed: 0, waiting: 0, lost: 0 };
  for (const { place, count } of rows) counts[place] = count;
  return counts;
}

/** One sentence for everything that an import which has ended still keeps from others: lanes of hosts, writers. */
export async function heldByEnded(database: Database): Promise<string[]> {
  const rows = await database.execute<{ held: string }>(sql`
    select 'import ' || ${imports.id} || ' holds ' || ${hostLanes.lanes} || ' lanes of ' || ${hostLanes.host} as held
    from ${hostLanes} join ${imports} on ${imports.id} = ${hostLanes.importId} where ${imports.status} <> 'running'
    union all
    select 'import ' || ${imports.id} || ' holds writers' from ${imports}
    where ${imports.status} <> 'running' and ${imports.writers} is not null
    order by 1`);
  return rows.map(({ held }) => held);
}

/**
 * One sentence for everything in the images bucket that does not agree with the rows: an object that is referred to and is
 * not there or of another size, a folder that no row or more than one refers to, a row that has another picture than its
 * URL shows.
 */
export async function storageBreaches(
  { database, s3, bucket }: { database: Database; s3: S3Client; bucket: string },
  sources: readonly FaultyImage[],
): Promise<string[]> {
  const breaches: string[] = [];
  const hashes = new Map(
    sources.map(({ url, bytes }) => [url, hexToUuid(createHash('sha256').update(bytes).digest('hex'))]),
  );
  const rows = await database.select().from(images).where(eq(images.status, 'converted'));
  const owners = new Map<string, string>();
  for (const { sourceUrl, sourceHash, objectKey, renditions } of rows) {
    const folder = objectKey ?? '';
    const other = owners.get(folder);
    if (other !== undefined) breaches.push(`${folder} belongs to ${other} and to ${sourceUrl}`);
    owners.set(folder, sourceUrl);
    if (hashes.get(sourceUrl) !== sourceHash) breaches.push(`${sourceUrl} was converted from something else`);
    const stored = Object.entries(renditions ?? {});
    if (stored.length !== 2) breaches.push(`${sourceUrl} has ${stored.length} renditions`);
    for (const [name, [, , bytes]] of stored) {
      const key = imageKeys.rendition(folder, name);
      const length = await lengthOf(s3, bucket, key);
      if (length !== bytes) breaches.push(`${key} of ${sourceUrl} has ${length} bytes, its row says ${bytes}`);
    }
  }
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: bucket })) {
    for (const { Key = '' } of Contents) {
      if (!owners.has(Key.slice(0, Key.lastIndexOf('/')))) breaches.push(`no row refers to ${Key}`);
    }
  }
  return breaches;
}

/** Null where there is no such object. */
async function lengthOf(s3: S3Client, Bucket: string, Key: string): Promise<number | null> {
  try {
    return (await s3.send(new HeadObjectCommand({ Bucket, Key }))).ContentLength ?? null;
  } catch (error) {
    if (error instanceof Error && error.name === 'NotFound') return null;
    throw error;
  }
}
