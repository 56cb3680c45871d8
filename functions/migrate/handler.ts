import { join } from 'node:path';
import { connectDatabase, readDatabaseSecret } from '../shared/database/database.ts';
import { environment } from '../shared/runtime/environment.ts';
import { grantApplication } from './grant-application.ts';
import { migrate } from './migrate.ts';

/** Runs on deploy, before the new code takes traffic, and whenever the local stack starts. */
export async function handler(): Promise<{ migrated: true }> {
  const database = await connectDatabase();
  await migrate(database, join(import.meta.dirname, 'migrations'));
  const credentials = await readDatabaseSecret(environment('APPLICATION_SECRET_ARN'));
  await grantApplication(database, credentials, Number(environment('CONNECTION_LIMIT')));
  return { migrated: true };
}
