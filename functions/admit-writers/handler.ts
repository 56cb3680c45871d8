import { type AdmittedWriters, admitWritersInputSchema } from '../../workflows/payloads/import-states.ts';
import { connectDatabase } from '../shared/database/database.ts';
import { environment } from '../shared/runtime/environment.ts';
import { importKeys, loggerFor } from '../shared/runtime/logger.ts';
import { admitWriters } from './admit-writers.ts';

/** State "Admit writers". */
export async function handler(event: unknown): Promise<AdmittedWriters> {
  const input = admitWritersInputSchema.parse(event);
  const limits = {
    most: Number(environment('MOST_WRITERS')),
    perImport: Number(environment('WRITERS_PER_IMPORT')),
  };
  const admitted = await admitWriters({ database: await connectDatabase(), limits }, input);
  loggerFor(importKeys(input.import)).info('Writers admitted', admitted);
  return admitted;
}
