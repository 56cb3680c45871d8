import { sql } from 'drizzle-orm';
import { imports } from '../../../schema/index.ts';
import { ImportUndoneError } from '../../../workflows/errors.ts';
import type { Transaction } from '../database/database.ts';

/** First of the two numbers of the advisory lock: keeps it apart from locks taken for other ends. */
const lockClass = 7301;

/**
 * Locks the supplier's products until the transaction ends. The chunks of a lone import share the lock and run side by
 * side, since no two of them hold the same product. Where a second import of the supplier runs, chunks go one by one:
 * an import that finds a product unchanged leaves nothing on it that an older one could wait for or notice before it is
 * committed, so the older one would overwrite it.
 *
 * Looking for the other import before taking the lock is enough: an import's row is committed before its first chunk,
 * so that of two imports with chunks under way the one that registered later always sees the other and waits for its
 * shared holders. The lock has to be taken in a statement of its own: under READ COMMITTED the next statement's
 * snapshot then holds all that earlier holders committed, whereas this one's does not.
 *
 * Throws ImportUndone where the import has been undone: an execution of it that is redriven writes nothing any more.
 */
export async function lockSupplier(transaction: Transaction, supplierId: number, importId: number): Promise<void> {
  const [others] = await transaction.execute<{ exist: boolean; undone: boolean | null }>(sql`
    select exists(
      select from ${imports}
      where ${imports.supplierId} = ${supplierId} and ${imports.id} <> ${importId} and ${imports.status} = 'running'
    ) as exist,
    (select ${imports.undoneBy} is not null from ${imports} where ${imports.id} = ${importId}) as undone`);
  if (others?.undone) throw new ImportUndoneError(`Import ${importId} has been undone: drop its file again instead.`);
  const lock = others?.exist ? sql`pg_advisory_xact_lock` : sql`pg_advisory_xact_lock_shared`;
  await transaction.execute(sql`select ${lock}(${lockClass}::int, ${supplierId}::int)`);
}
