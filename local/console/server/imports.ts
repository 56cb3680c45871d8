import { desc, eq, sql } from 'drizzle-orm';
import type { Database } from '../../../functions/shared/database/database.ts';
import { parseUploadKey } from '../../../functions/shared/imports/object-keys.ts';
import { countOwnImages } from '../../../operate/executions/image-counts.ts';
import { imports, suppliers } from '../../../schema/index.ts';
import type { ItemCounts, ListedImport } from '../types.ts';
import { type MapRuns, sumItems } from './map-runs.ts';

const mostImports = 200;

/** The latest imports with how far they are. */
export async function readImports(database: Database, mapRuns: MapRuns): Promise<ListedImport[]> {
  const rows = await database
    .select({ row: imports, supplier: suppliers.code })
    .from(imports)
    .leftJoin(suppliers, eq(imports.supplierId, suppliers.id))
    .orderBy(desc(imports.id))
    .limit(mostImports);
  const running = rows.filter(({ row }) => row.status === 'running').map(({ row }) => row.id);
  const ids = sql`select jsonb_array_elements_text(${JSON.stringify(running)}::jsonb)::bigint`;
  const progress = await countOwnImages(database, ids);
  return rows.map(({ row, supplier }) => ({
    executionArn: row.executionArn,
    file: fileOf(row.objectKey),
    supplier,
    status: row.status,
    reason: row.error === null ? null : (`${row.error}: ${row.errorMessage ?? ''}`.split('\n')[0] ?? null),
    images:
      progress.get(row.id) ??
      (row.status === 'running'
        ? { total: 0, converted: 0, failed: 0 }
        : { total: row.images.distinct, converted: row.images.converted, failed: row.images.failed }),
    items: itemsOf(mapRuns, row.executionArn),
  }));
}

/** A refused upload may have a key that names no supplier. */
function fileOf(objectKey: string): string {
  try {
    return parseUploadKey(objectKey).fileName;
  } catch {
    return objectKey;
  }
}

/** An execution that the store has forgotten has none. */
function itemsOf(mapRuns: MapRuns, executionArn: string): ItemCounts {
  try {
    return sumItems(mapRuns(executionArn));
  } catch {
    return { total: 0, running: 0, succeeded: 0, failed: 0 };
  }
}
