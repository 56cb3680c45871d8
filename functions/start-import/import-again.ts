import { z } from 'zod';
import { importAgainSchema } from '../../workflows/payloads/import-states.ts';
import { executionName } from './execution-name.ts';
import type { Dependencies, StartedImport } from './start-import.ts';

/** Event "Import again" of ProductImport. */
export const importAgainEventSchema = z.object({ 'detail-type': z.literal('Import again'), detail: importAgainSchema });

/** Starts one more import of an upload for a columns.xlsx, under a name that the two of them always get. */
export async function importAgain(
  { startExecution }: Dependencies,
  { detail: { upload, again } }: z.infer<typeof importAgainEventSchema>,
): Promise<StartedImport> {
  if (again === null) return { result: 'ignored', name: null };
  const name = executionName({ ...again, versionId: JSON.stringify([again.versionId, upload.key, upload.versionId]) });
  return { result: await startExecution(name, { upload: again }), name };
}
