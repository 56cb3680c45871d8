import { sql } from 'drizzle-orm';
import { imports } from '../../../schema/index.ts';
import type { Database, Transaction } from '../database/database.ts';
import { isAlive } from './heartbeat.ts';

export type WriterLimits = {
  /** Over all imports: the setting `database.mostWriters`. */
  most: number;
  /** Of one import, where there is room: the setting `database.writersPerImport`. */
  perImport: number;
};

/** Chunks of a file that is small: it is written in seconds, and does not wait behind large ones. */
export const smallFile = 4;

/**
 * How many writers an import is admitted with, 0 for none yet: what it gets where little is written, one where many write.
 * The last fifth is kept for small files, and nobody overtakes who came before, but a small file large ones.
 */
export function writersFor(props: {
  limits: WriterLimits;
  /** Writers of the other imports. */
  taken: number;
  chunks: number;
  /** Imports that came before and wait: all, and those of small files. */
  waiting: { all: number; small: number };
}): number {
  const { limits, taken, chunks, waiting } = props;
  const isSmall = chunks <= smallFile;
  const kept = isSmall ? 0 : Math.floor(limits.most / 5);
  const before = isSmall ? waiting.small : waiting.all;
  const free = limits.most - kept - taken - before;
  if (free <= 0) return 0;
  const isCrowded = taken + before >= limits.most / 2;
  return Math.min(isCrowded ? 1 : limits.perImport, chunks, free);
}

/** First of the two numbers of the advisory lock: keeps it apart from locks taken for other ends. */
const lockClass = 7303;

/** Admits the import to write, or has it wait in the order of arrival. One that has been admitted keeps what it has. */
export async function admitWriters(
  database: Database,
  importId: number,
  chunks: number,
  limits: WriterLimits,
): Promise<number> {
  return database.transaction(async (transaction) => {
    await transaction.execute(sql`select pg_advisory_xact_lock(${lockClass}::int, 0)`);
    const { own, ...others } = await readWriters(transaction, importId);
    if (own > 0) return own;
    const writers = writersFor({ limits, chunks, ...others });
    // The chunks that it has to write, where it waits: how others tell a small file.
    await transaction.execute(sql`
      update ${imports} set writers = ${writers > 0 ? writers : -Math.min(chunks, 30_000)}, heartbeat_at = now()
      where ${imports.id} = ${importId}`);
    return writers;
  });
}

async function readWriters(transaction: Transaction, importId: number) {
  const isOther = sql`${imports.id} <> ${importId} and ${isAlive}`;
  const isBefore = sql`${imports.writers} < 0 and ${imports.id} < ${importId}`;
  const [counted] = await transaction.execute<{ own: number; taken: number; waiting: number; small: number }>(sql`
    select coalesce(max(${imports.writers}) filter (where ${imports.id} = ${importId}), 0)::int as own,
      coalesce(sum(${imports.writers}) filter (where ${isOther} and ${imports.writers} > 0), 0)::int as taken,
      (count(*) filter (where ${isOther} and ${isBefore}))::int as waiting,
      (count(*) filter (where ${isOther} and ${isBefore} and ${imports.writers} >= ${-smallFile}::int))::int as small
    from ${imports} where ${imports.writers} is not null`);
  const { own = 0, taken = 0, waiting = 0, small = 0 } = counted ?? {};
  return { own, taken, waiting: { all: waiting, small } };
}

/** Gives the import's writers back. */
export async function returnWriters(database: Database, importId: number): Promise<void> {
  await database.execute(sql`
    update ${imports} set writers = null where ${imports.id} = ${importId} and ${imports.writers} is not null`);
}
