import { type Change, changeSchema } from '../../../workflows/payloads/changes.ts';
import { listObjects, readJsonLines } from '../aws/storage.ts';
import { workKeys } from '../imports/object-keys.ts';

/** Keys of the files in which an import's changes are kept, in their order. */
export async function listChangeFiles(bucket: string, importId: number): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of listObjects(bucket, workKeys.changesOf(importId))) keys.push(key);
  return keys;
}

/** All that an import changed. */
export async function* readChanges(bucket: string, importId: number): AsyncGenerator<Change> {
  for (const key of await listChangeFiles(bucket, importId)) yield* readJsonLines(bucket, key, changeSchema);
}
