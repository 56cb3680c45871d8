import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sql } from 'drizzle-orm';
import type { Database } from '../../../functions/shared/database/database.ts';

const run = promisify(execFile);

export type Figures = { rssMegabytes: number; diskMegabytes: number; connections: number };

/** What the stack takes: memory of its process, its state folder, and connections to its database. */
export async function measure(stack: { pid: number; directory: string; database: Database }): Promise<Figures> {
  const { stdout } = await run('ps', ['-o', 'rss=', '-p', String(stack.pid)]);
  const [row] = await stack.database.execute<{ count: number }>(
    sql`select count(*)::int as count from pg_stat_activity where datname = current_database()`,
  );
  return {
    rssMegabytes: Math.round(Number(stdout) / 1024),
    diskMegabytes: Math.round((await bytesIn(stack.directory)) / 1024 ** 2),
    connections: row?.count ?? 0,
  };
}

async function bytesIn(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  let bytes = 0;
  for (const entry of entries) {
    // PostgreSQL removes files of its own meanwhile.
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name)).catch(() => null))?.size ?? 0;
  }
  return bytes;
}
