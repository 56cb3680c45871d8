import { and, eq } from 'drizzle-orm';
import type { z } from 'zod';
import { importChunks } from '../../schema/index.ts';
import type { Change } from '../../workflows/payloads/changes.ts';
import type { WrittenProducts, writeProductsInputSchema } from '../../workflows/payloads/import-states.ts';
import type { ImportedProduct, ImportedSheet } from '../../workflows/payloads/product.ts';
import { beforeImage, type StoredRows } from '../shared/changes/stored-rows.ts';
import { type Database, type Transaction, withDatabaseErrors } from '../shared/database/database.ts';
import { keepAlive } from '../shared/imports/heartbeat.ts';
import { workKeys } from '../shared/imports/object-keys.ts';
import { lockSupplier } from '../shared/imports/supplier-lock.ts';
import { compareProducts } from './compare-products.ts';
import { fieldChanges } from './field-changes.ts';
import type { File } from './file.ts';
import { storedProduct } from './read-stored.ts';
import { storable } from './storable.ts';
import { upsertImages } from './upsert-images.ts';
import { upsertProducts, type WrittenProduct } from './upsert-products.ts';
import { upsertVariants } from './upsert-variants.ts';

export type Dependencies = {
  database: Database;
  /** The products of a chunk file. */
  readChunk(key: string): AsyncIterable<ImportedProduct>;
  /** What the sheets of the import's file speak of, in their order. */
  readSheets(importId: number): Promise<readonly ImportedSheet[]>;
  /** Writes what the chunk changed, in place of what an interrupted delivery of it may have written. */
  writeChanges(key: string, changes: readonly Change[]): Promise<void>;
};
type Input = z.infer<typeof writeProductsInputSchema>;

/**
 * Writes what differs of one chunk, in one transaction of about a dozen statements whatever the number of products, and
 * records the chunk in it: a chunk delivered again writes nothing and returns the same counts. A product about which a
 * newer file has spoken counts as unchanged.
 */
export async function writeProducts(dependencies: Dependencies, input: Input): Promise<WrittenProducts> {
  const { database, readChunk } = dependencies;
  const listed: ImportedProduct[] = [];
  for await (const product of readChunk(input.chunk.key)) listed.push(storable(product));
  return withDatabaseErrors(async () => {
    // Before the transaction: within it, chunks of the import would wait for each other's lock on its row.
    await keepAlive(database, input.import.importId);
    return database.transaction((transaction) => writeChunk(transaction, dependencies, input, listed));
  });
}

async function writeChunk(
  transaction: Transaction,
  { readSheets, writeChanges }: Dependencies,
  { upload, import: { importId, supplierId, feedMode, currency, executionName }, chunk: { chunk } }: Input,
  listed: readonly ImportedProduct[],
): Promise<WrittenProducts> {
  const file: File = { supplierId, importId, upload, feedMode, currency };
  await lockSupplier(transaction, supplierId, importId);
  const recorded = await findChunk(transaction, importId, chunk);
  if (recorded) return recorded;
  const compared = await compareProducts(transaction, file, lastOfEachCode(listed), () => readSheets(importId));
  const written = await upsertProducts(transaction, file, compared.different);
  if (written.length > 0) {
    await upsertVariants(transaction, written);
    await upsertImages(transaction, file, written);
  }
  const createdNow = written.filter((product) => product.created).length;
  const created = compared.createdBefore + createdNow;
  const updated = compared.updatedBefore + written.length - createdNow;
  const counts = { created, updated, unchanged: listed.length - created - updated };
  const productCodes = [...new Set(listed.map(({ code }) => code))];
  const inserted = await transaction
    .insert(importChunks)
    .values({ importId, chunk, productCodes, ...counts })
    .onConflictDoNothing()
    .returning({ chunk: importChunks.chunk });
  if (inserted.length > 0) {
    // Before the transaction ends: what is committed can be undone. Who repeats an interrupted one writes the file anew.
    if (created + updated > 0) {
      await writeChanges(
        workKeys.changes(importId, executionName, chunk),
        changesOf(importId, written, compared.stored),
      );
    }
    return counts;
  }
  // The same chunk was delivered twice at once, and the other delivery was first.
  return (await findChunk(transaction, importId, chunk)) ?? counts;
}

function changesOf(
  importId: number,
  written: readonly WrittenProduct[],
  stored: ReadonlyMap<string, StoredRows>,
): Change[] {
  return written.map(({ id, product }) => {
    const rows = stored.get(product.code);
    return {
      productId: id,
      code: product.code,
      before: rows === undefined ? null : beforeImage(rows),
      after: { lastImportId: importId, unmadeBy: null },
      fields: fieldChanges(storedProduct(rows), product),
    };
  });
}

async function findChunk(
  transaction: Transaction,
  importId: number,
  chunk: number,
): Promise<WrittenProducts | undefined> {
  const [recorded] = await transaction
    .select({ created: importChunks.created, updated: importChunks.updated, unchanged: importChunks.unchanged })
    .from(importChunks)
    .where(and(eq(importChunks.importId, importId), eq(importChunks.chunk, chunk)));
  return recorded;
}

/**
 * The parser gives each code once. Should it fail to, the last one counts, as a later row of a spreadsheet corrects an
 * earlier one, and the others count as unchanged: PostgreSQL refuses to upsert a row twice in one statement.
 */
function lastOfEachCode(listed: readonly ImportedProduct[]): ImportedProduct[] {
  return [...new Map(listed.map((product) => [product.code, product])).values()];
}
