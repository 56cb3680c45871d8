import type { z } from 'zod';
import type { ImageItem, PlannedImages, planImagesInputSchema } from '../../workflows/payloads.ts';
import { type Database, withDatabaseErrors } from '../shared/database.ts';
import { workKeys } from '../shared/object-keys.ts';
import { claimImages } from './claim-images.ts';
import { readClaimedImages } from './read-claimed-images.ts';

export type Dependencies = {
  database: Database;
  /** Writes the pages as JSONL and returns the number of lines. */
  writeItems(key: string, pages: AsyncIterable<ImageItem[]>): Promise<number>;
};

/**
 * Claims the images that the import owes and lists them for "Convert images". Run again, it lists the same images: the
 * claim is committed before the file is written, so that a crash in between loses none.
 */
export async function planImages(
  { database, writeItems }: Dependencies,
  input: z.infer<typeof planImagesInputSchema>,
): Promise<PlannedImages> {
  const { importId } = input.import;
  const key = workKeys.images(importId);
  return withDatabaseErrors(async () => {
    await claimImages(database, input.import);
    return { images: await writeItems(key, readClaimedImages(database, importId)), key };
  });
}
