import { and, eq, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { products } from '../../schema/index.ts';
import { FeedGuardError } from '../../workflows/errors.ts';
import type { CheckedFeed, checkFeedInputSchema } from '../../workflows/payloads/import-states.ts';
import { textRows } from '../shared/database/bulk-insert.ts';
import { type Database, withDatabaseErrors } from '../shared/database/database.ts';
import { parseUploadKey, reportKeys } from '../shared/imports/object-keys.ts';

export type Dependencies = {
  database: Pick<Database, 'select'>;
  /** Codes of all products that the parsed file lists. */
  readProductCodes(manifestKey: string): AsyncIterable<string>;
  /** Codes of the products that it lists in rows that were rejected. */
  readRejectedCodes(importId: number): AsyncIterable<string>;
};

/** What a file's name contains when its sender means it. */
const force = 'force-full';

/**
 * Guards a full feed before anything is written: throws FeedWouldDeactivateTooMuch where the file lists no product, or
 * where more than half of the supplier's active products are missing from it, unless its name contains `force-full`.
 * A product whose rows were rejected is not missing. Partial feeds pass.
 */
export async function checkFeed(
  { database, readProductCodes, readRejectedCodes }: Dependencies,
  { upload, import: registered, parsed }: z.infer<typeof checkFeedInputSchema>,
): Promise<CheckedFeed> {
  if (registered.feedMode !== 'full') return { active: 0, missing: 0 };
  const codes: string[] = [];
  for await (const code of readProductCodes(parsed.manifestKey)) codes.push(code);
  for await (const code of readRejectedCodes(registered.importId)) codes.push(code);
  const [counts] = await withDatabaseErrors(() =>
    database
      .select({
        active: sql<number>`count(*)::int`,
        missing: sql<number>`(count(*) filter (where ${products.code} not in (${textRows(codes)})))::int`,
      })
      .from(products)
      .where(and(eq(products.supplierId, registered.supplierId), eq(products.status, 'active'))),
  );
  const feed = counts ?? { active: 0, missing: 0 };
  const { fileName } = parseUploadKey(upload.key);
  if (fileName.toLowerCase().includes(force)) return feed;
  const { read, rejected } = parsed.rows;
  const problems = reportKeys.problems(registered.supplierCode, registered.executionName);
  const rejectedRows = rejected === 0 ? '' : ` ${rejected} of its ${read} rows were rejected: see ${problems}.`;
  if (codes.length === 0) {
    throw new FeedGuardError(
      `The full feed "${fileName}" lists no product: nothing was changed.${rejectedRows} Put "${force}" into its name if that is meant.`,
    );
  }
  if (feed.missing * 2 > feed.active) {
    throw new FeedGuardError(
      `The full feed "${fileName}" would deactivate ${feed.missing} of ${feed.active} active products, more than half: nothing was changed.${rejectedRows} Put "${force}" into its name if that is meant.`,
    );
  }
  return feed;
}
