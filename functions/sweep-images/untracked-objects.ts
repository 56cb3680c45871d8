import { sql } from 'drizzle-orm';
import { images, replacedObjects } from '../../schema/index.ts';
import type { StoredObject } from '../shared/aws/storage.ts';
import { type Database, withDatabaseErrors } from '../shared/database/database.ts';
import { imageKeys } from '../shared/imports/object-keys.ts';

/** Younger objects may be of an image that is not recorded yet: hours, where the database was down. */
const youngestDays = 2;
/** As for replaced objects: enough to notice that the wrong database was asked, such as one restored from a backup. */
const graceDays = 30;
/** Images that are looked up at once, each time with a scan of all: there is no index on object_key. */
const imagesAtOnce = 50_000;

/**
 * Notes objects of the images bucket that no image refers to, for a later sweep to remove after the grace period, unless
 * an image refers to them by then. They are left where an image is stored and its batch dies before it is recorded, and
 * the server sends other bytes the next time: their key is known to nobody any more. `objects` are in the order of their
 * keys. Returns how many images' objects were noted.
 */
export async function noteUntrackedObjects(
  database: Database,
  objects: AsyncIterable<StoredObject>,
  now: Date,
): Promise<number> {
  const old = now.getTime() - youngestDays * 24 * 3_600_000;
  let noted = 0;
  let found = new Map<string, string[]>();
  const flush = async () => {
    if (found.size > 0) noted += await withDatabaseErrors(() => note(database, found));
    found = new Map();
  };
  for await (const { key, lastModified } of objects) {
    const objectKey = imageKeys.prefixOf(key);
    if (objectKey === null || lastModified.getTime() > old) continue;
    const keys = found.get(objectKey);
    if (keys !== undefined) keys.push(key);
    else {
      if (found.size >= imagesAtOnce) await flush();
      found.set(objectKey, [key]);
    }
  }
  await flush();
  return noted;
}

async function note(database: Database, found: ReadonlyMap<string, string[]>): Promise<number> {
  const objects = JSON.stringify([...found].map(([object_key, keys]) => ({ object_key, keys })));
  const noted = await database.execute(sql`
    insert into ${replacedObjects} (object_key, keys, remove_after)
    select object_key, keys, date_trunc('day', now()) + make_interval(days => ${graceDays + 1}::int)
    from json_to_recordset(${objects}::json) as found(object_key text, keys text[])
    where not exists (select from ${images} where ${images.objectKey} = found.object_key)
    on conflict (object_key) do nothing
    returning object_key`);
  return noted.length;
}
