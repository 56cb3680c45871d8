import { isDeepStrictEqual } from 'node:util';
import { and, eq, inArray } from 'drizzle-orm';
import { products } from '../../schema/index.ts';
import type { Change } from '../../workflows/payloads/changes.ts';
import { bookkeeping } from '../shared/changes/fingerprint.ts';
import { beforeImage, readStoredRows } from '../shared/changes/stored-rows.ts';
import { type Database, withDatabaseErrors } from '../shared/database/database.ts';

type Before = NonNullable<Change['before']>;
type Row = Record<string, unknown>;

/** Products compared in one go. */
const batch = 500;

/**
 * Of these codes, the products that were made what they had been by somebody else: an import changed them and another one
 * changed them back. `changes` are those of the undone import and of all that came after it (`importIds`).
 */
export async function equalAgain(
  database: Database,
  supplierId: number,
  codes: readonly string[],
  changes: AsyncIterable<Change>,
  importIds: ReadonlySet<number>,
): Promise<Set<string>> {
  const wanted = new Set(codes);
  const before = new Map<string, Before>();
  for await (const change of changes) {
    // What was there before all of them is what none of them has made.
    if (wanted.has(change.code) && change.before !== null && !importIds.has(change.before.mark.lastImportId))
      before.set(change.code, change.before);
  }
  const equal = new Set<string>();
  const known = [...before.keys()];
  for (let at = 0; at < known.length; at += batch) {
    const some = known.slice(at, at + batch);
    const where = and(eq(products.supplierId, supplierId), inArray(products.code, some));
    const rows = await withDatabaseErrors(() =>
      database.transaction((transaction) => readStoredRows(transaction, where)),
    );
    for (const stored of rows) {
      const was = before.get(stored.product.code);
      // As JSON, which is how the other one was kept.
      const is: Before = JSON.parse(JSON.stringify(beforeImage(stored)));
      if (was !== undefined && isSame(was, is)) equal.add(stored.product.code);
    }
  }
  return equal;
}

function isSame(was: Before, is: Before): boolean {
  const offered = (rows: readonly Row[] | undefined) =>
    rows?.filter(({ unmadeBy }) => unmadeBy === null).map((row) => content(row));
  // A column that has been added since is in one of them only, and so is all that an import did not touch.
  const own = Object.fromEntries(Object.keys(was.product).map((name) => [name, is.product[name]]));
  return (
    is.mark.unmadeBy === null &&
    isDeepStrictEqual(content(was.product), content(own)) &&
    (was.variants === undefined || isDeepStrictEqual(offered(was.variants), offered(is.variants))) &&
    (was.images === undefined || isDeepStrictEqual(was.images, is.images))
  );
}

const notContent: ReadonlySet<string> = new Set(bookkeeping);
/** A row without what says who wrote it and when. */
const content = (row: Row): Row => Object.fromEntries(Object.entries(row).filter(([name]) => !notContent.has(name)));
