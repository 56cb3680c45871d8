import { and, asc, eq, or } from 'drizzle-orm';
import type { Database } from '../../../functions/shared/database/database.ts';
import { imageKeys, reportKeys } from '../../../functions/shared/imports/object-keys.ts';
import type { Target } from '../../../operate/clients.ts';
import { images, imports, productImages, products, suppliers } from '../../../schema/index.ts';
import type { ImportDetails } from '../types.ts';
import { listReports } from './stored-objects.ts';

const mostProducts = 24;

/** What an execution has left: reports and products. Nothing where it has registered no import. */
export async function readImport(target: Target, database: Database, executionArn: string): Promise<ImportDetails> {
  const [found] = await database
    .select({ id: imports.id, status: imports.status, kind: imports.kind, supplier: suppliers.code })
    .from(imports)
    .leftJoin(suppliers, eq(imports.supplierId, suppliers.id))
    .where(eq(imports.executionArn, executionArn));
  if (found === undefined) return { mayBeUndone: false, reports: [], products: [] };
  const executionName = executionArn.split(':').at(-1) ?? '';
  // What was refused for its key has its reports under no supplier's name.
  const summary = reportKeys.summary(found.supplier ?? '', executionName);
  const reports = found.supplier === null ? [] : await listReports(target, summary.slice(0, -'summary.json'.length));
  const rows = await database
    .select({ product: products, objectKey: images.objectKey, renditions: images.renditions })
    .from(products)
    .leftJoin(productImages, and(eq(productImages.productId, products.id), eq(productImages.position, 0)))
    .leftJoin(images, eq(images.id, productImages.imageId))
    .where(or(eq(products.firstImportId, found.id), eq(products.lastImportId, found.id)))
    .orderBy(asc(products.id))
    .limit(mostProducts);
  return {
    mayBeUndone: found.status !== 'running' && found.kind !== 'undo_dry_run' && found.supplier !== null,
    reports,
    products: rows.map(({ product: { code, title, price, currency }, objectKey, renditions }) => {
      const [smallest] = Object.entries(renditions ?? {}).sort(([, [a]], [, [b]]) => a - b);
      const thumbnail = objectKey && smallest ? imageKeys.rendition(objectKey, smallest[0]) : null;
      return { code, title, price, currency, thumbnail };
    }),
  };
}
