import { eq } from 'drizzle-orm';
import type { Database } from '../../../functions/shared/database/database.ts';
import { reportKeys } from '../../../functions/shared/imports/object-keys.ts';
import { readListedProducts } from '../../../functions/shared/report/read-listed-products.ts';
import type { Target } from '../../../operate/target/clients.ts';
import { imports, suppliers } from '../../../schema/index.ts';
import type { ImportDetails } from '../types.ts';
import { listReports } from './stored-objects.ts';

const mostProducts = 24;

/** What an execution has left: reports, and the first products of its file. Nothing where it has registered no import. */
export async function readImport(target: Target, database: Database, executionArn: string): Promise<ImportDetails> {
  const [found] = await database
    .select({
      importId: imports.id,
      status: imports.status,
      kind: imports.kind,
      supplierId: suppliers.id,
      supplier: suppliers.code,
    })
    .from(imports)
    .innerJoin(suppliers, eq(imports.supplierId, suppliers.id))
    .where(eq(imports.executionArn, executionArn));
  // What was refused for its key has its reports under no supplier's name.
  if (found === undefined) return { mayBeUndone: false, reports: [], products: [] };
  const summary = reportKeys.summary(found.supplier, executionArn.split(':').at(-1) ?? '');
  const reports = await listReports(target, summary.slice(0, -'summary.json'.length));
  const products = await readListedProducts(database, found, mostProducts);
  return {
    mayBeUndone: found.status !== 'running' && found.kind !== 'undo_dry_run',
    reports,
    products: products.map(({ code, title, price, currency, thumbnail }) => {
      // The last parts of the address, wherever the store was by then: `acme/3f2c…/thumb.webp`
      const key = thumbnail?.url.split('/').slice(-3).join('/') ?? null;
      return { code, title, price, currency, thumbnail: key };
    }),
  };
}
