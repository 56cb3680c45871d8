import { registerImportInputSchema } from '../../workflows/payloads/import-states.ts';
import type { RegisteredImport } from '../../workflows/payloads/upload.ts';
import { connectDatabase } from '../shared/database/database.ts';
import { importKeys, loggerFor } from '../shared/runtime/logger.ts';
import { registerImport } from './register-import.ts';

/** State "Register import". */
export async function handler(event: unknown): Promise<RegisteredImport> {
  const input = registerImportInputSchema.parse(event);
  const registered = await registerImport({ database: await connectDatabase() }, input);
  loggerFor({ ...importKeys(registered), executionArn: input.execution.arn }).info('Import registered', {
    key: input.upload.key,
  });
  return registered;
}
