import type { Database } from '../../functions/shared/database/database.ts';
import { type Dependencies, writeProducts } from '../../functions/write-products/write-products.ts';
import type { WrittenProducts } from '../../workflows/payloads/import-states.ts';
import type { ImportedProduct, ImportedSheet } from '../../workflows/payloads/product.ts';
import type { StartedImport } from './imports.ts';

/** Writes `products` as one chunk of the import. */
export function writeChunk(
  database: Database,
  started: StartedImport,
  products: ImportedProduct[],
  chunk = 0,
  sheets: ImportedSheet[] = [],
  writeChanges: Dependencies['writeChanges'] = async () => {},
): Promise<WrittenProducts> {
  async function* readChunk() {
    yield* products;
  }
  const { upload, import: registered } = started;
  return writeProducts(
    { database, readChunk, readSheets: async () => sheets, writeChanges },
    { upload, import: registered, chunk: { chunk, key: `chunk-${chunk}.jsonl`, products: products.length } },
  );
}
