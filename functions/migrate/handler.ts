import { join } from 'node:path';
import { connectDatabase } from '../shared/database.ts';
import { migrate } from './migrate.ts';

/** Runs on deploy, before the new code takes traffic, and whenever the local stack starts. */
export async function handler(): Promise<{ migrated: true }> {
  await migrate(await connectDatabase(), join(import.meta.dirname, 'migrations'));
  return { migrated: true };
}
