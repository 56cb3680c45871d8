import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { startHandlers } from '../../../support/handlers.ts';
import { useServices } from '../../../support/services.ts';

useServices({ buckets: [] });

/** The process of the server that the function is connected to. */
async function connection(now: number): Promise<number> {
  const { connectDatabase } = await import('../../../../functions/shared/database/database.ts');
  const database = await connectDatabase(() => now);
  const [row] = await database.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
  return row?.pid ?? 0;
}

it('an invocation uses the connection of the one before, but makes another after a minute, which may have been frozen', async () => {
  await startHandlers({});
  const start = Date.now();
  const first = await connection(start);
  expect(await connection(start + 30_000)).toBe(first);
  // A minute from the last invocation, not from the first.
  expect(await connection(start + 80_000)).toBe(first);
  expect(await connection(start + 141_000)).not.toBe(first);
});
