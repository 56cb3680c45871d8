import type { z } from 'zod';
import type { AdmittedWriters, admitWritersInputSchema } from '../../workflows/payloads/import-states.ts';
import { type Database, withDatabaseErrors } from '../shared/database/database.ts';
import { keepAlive } from '../shared/imports/heartbeat.ts';
import { admitWriters as admit, type WriterLimits } from '../shared/imports/writers.ts';

export type Dependencies = { database: Database; limits: WriterLimits };

/** Seconds between the first two times that an import asks to be admitted, and the most between later ones. */
const firstWait = 5;
const longestWait = 60;

/**
 * Admits the import to write products, with as many writers at once as the database has left: what throttling would do to
 * all of them, waiting does to those who came last.
 */
export async function admitWriters(
  { database, limits }: Dependencies,
  { import: { importId }, parsed: { chunks }, admitted }: z.infer<typeof admitWritersInputSchema>,
): Promise<AdmittedWriters> {
  return withDatabaseErrors(async () => {
    await keepAlive(database, importId);
    const writers = chunks > 0 ? await admit(database, importId, chunks, limits) : 1;
    if (writers > 0) return { writers, waits: 0, waitSeconds: 0 };
    return { writers: 0, waits: admitted.waits + 1, waitSeconds: waitForWriters(admitted.waits) };
  });
}

/** Seconds until an import asks again that has waited so many times in a row. */
export function waitForWriters(waits: number): number {
  return Math.min(longestWait, Math.round(firstWait * 1.5 ** Math.min(waits, 20)));
}
