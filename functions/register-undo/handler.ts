import { type RegisteredUndo, registerUndoInputSchema } from '../../workflows/payloads/undo.ts';
import { writeJsonLines } from '../shared/aws/storage.ts';
import { listChangeFiles } from '../shared/changes/read-changes.ts';
import { connectDatabase } from '../shared/database/database.ts';
import { environment } from '../shared/runtime/environment.ts';
import { loggerFor } from '../shared/runtime/logger.ts';
import { registerUndo } from './register-undo.ts';

/** State "Register undo". */
export async function handler(event: unknown): Promise<RegisteredUndo> {
  const input = registerUndoInputSchema.parse(event);
  const bucket = environment('WORK_BUCKET');
  const registered = await registerUndo(
    {
      database: await connectDatabase(),
      listChangeFiles: (importId) => listChangeFiles(bucket, importId),
      writeManifest: (key, files) => writeJsonLines(bucket, key, files),
    },
    input,
  );
  const { importId, undoes, files, dryRun } = registered;
  loggerFor({ importId, executionArn: input.execution.arn }).info('Undo registered', { undoes, files, dryRun });
  return registered;
}
