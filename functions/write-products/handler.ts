import { type WrittenProducts, writeProductsInputSchema } from '../../workflows/payloads/import-states.ts';
import { importedProductSchema } from '../../workflows/payloads/product.ts';
import { readJsonLines, writeJsonLines } from '../shared/aws/storage.ts';
import { connectDatabase } from '../shared/database/database.ts';
import { readSheets } from '../shared/imports/sheets.ts';
import { emit } from '../shared/metrics/metrics.ts';
import { environment } from '../shared/runtime/environment.ts';
import { importKeys, loggerFor } from '../shared/runtime/logger.ts';
import { writeProducts } from './write-products.ts';

/** State "Write product chunk", the child of the Distributed Map "Write products". */
export async function handler(event: unknown): Promise<WrittenProducts> {
  const input = writeProductsInputSchema.parse(event);
  const written = await writeProducts(
    {
      database: await connectDatabase(),
      readChunk: (key) => readJsonLines(environment('WORK_BUCKET'), key, importedProductSchema),
      readSheets: (importId) => readSheets(environment('WORK_BUCKET'), importId),
      writeChanges: (key, changes) => writeJsonLines(environment('WORK_BUCKET'), key, changes),
    },
    input,
  );
  loggerFor(importKeys(input.import)).info('Chunk written', { chunk: input.chunk.chunk, ...written });
  emit({
    ProductsCreated: written.created,
    ProductsUpdated: written.updated,
    ProductsUnchanged: written.unchanged,
  });
  return written;
}
