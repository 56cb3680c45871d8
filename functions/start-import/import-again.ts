import type { z } from 'zod';
import { ObjectDeletedError } from '../../workflows/errors.ts';
import type { importAgainInputSchema } from '../../workflows/payloads/import-states.ts';
import type { Upload } from '../../workflows/payloads/upload.ts';
import { executionName } from './execution-name.ts';
import type { Dependencies as StartDependencies, StartedImport } from './start-import.ts';

export type Dependencies = StartDependencies & {
  /** Size and entity tag of one version of an object, the current one where `versionId` is null; null where it is gone. */
  headObject(bucket: string, key: string, versionId: string | null): Promise<{ size: number; etag: string } | null>;
};

/**
 * Starts one more import of an object's version for a columns.xlsx, under a name that the two of them always get. Throws
 * ObjectDeletedError where the object is gone.
 */
export async function importAgain(
  { startExecution, headObject }: Dependencies,
  { upload, again }: z.infer<typeof importAgainInputSchema>,
): Promise<StartedImport> {
  if (again === null) return { result: 'ignored', name: null };
  // Both are of one bucket, which has versions or none.
  const objectVersionId = upload.objectVersionId === null ? null : again.versionId;
  const head = await headObject(again.bucket, again.key, objectVersionId);
  if (head === null) {
    throw new ObjectDeletedError(
      `The columns are stored, but “${again.key}” was deleted and cannot be imported again: drop it once more.`,
    );
  }
  const repeated: Upload = { ...again, ...head, objectVersionId };
  const name = executionName({ ...again, versionId: `${again.versionId} ${upload.versionId}` });
  return { result: await startExecution(name, { upload: repeated }), name };
}
