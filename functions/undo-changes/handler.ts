import { changeSchema } from '../../workflows/payloads/changes.ts';
import { type UndoneChanges, undoChangesInputSchema } from '../../workflows/payloads/undo.ts';
import { readJsonLines, writeJsonLines } from '../shared/aws/storage.ts';
import { connectDatabase } from '../shared/database/database.ts';
import { environment } from '../shared/runtime/environment.ts';
import { loggerFor } from '../shared/runtime/logger.ts';
import { undoChanges } from './undo-changes.ts';

/** State "Undo change file", the child of the Distributed Map "Undo changes". */
export async function handler(event: unknown): Promise<UndoneChanges> {
  const input = undoChangesInputSchema.parse(event);
  const bucket = environment('WORK_BUCKET');
  const undone = await undoChanges(
    {
      database: await connectDatabase(),
      readChanges: (key) => readJsonLines(bucket, key, changeSchema),
      writeChanges: (key, changes) => writeJsonLines(bucket, key, changes),
    },
    input,
  );
  const { importId, executionName } = input.undo;
  loggerFor({ importId, executionName }).info('Changes undone', { file: input.file.chunk, ...undone });
  return undone;
}
