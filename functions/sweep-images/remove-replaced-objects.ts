import { asc, inArray, sql } from 'drizzle-orm';
import { images, replacedObjects } from '../../schema/index.ts';
import type { Database } from '../shared/database/database.ts';

/** Images whose replaced renditions one run removes. */
const limit = 500;

/**
 * Removes the renditions of images that a newer version replaced longer ago than the grace period, but for those that an
 * image refers to again. The objects go first: dying in between repeats their removal. Returns how many images' objects.
 */
export async function removeReplacedObjects(
  database: Database,
  removeObjects: (keys: readonly string[]) => Promise<void>,
): Promise<number> {
  const due = await database
    .select()
    .from(replacedObjects)
    .where(sql`${replacedObjects.removeAfter} <= now()`)
    .orderBy(asc(replacedObjects.removeAfter))
    .limit(limit);
  if (due.length === 0) return 0;
  const keys = due.map(({ objectKey }) => objectKey);
  // No index on object_key: it would be written with every image. Times of removal are whole days, so that this one
  // scan of images happens once a day at most, and on few.
  const inUse = await database.select({ key: images.objectKey }).from(images).where(inArray(images.objectKey, keys));
  const kept = new Set(inUse.map(({ key }) => key));
  const unused = due.filter(({ objectKey }) => !kept.has(objectKey));
  if (unused.length > 0) await removeObjects(unused.flatMap((object) => object.keys));
  await database.delete(replacedObjects).where(inArray(replacedObjects.objectKey, keys));
  return unused.length;
}
