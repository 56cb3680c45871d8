import { bigint, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { imports } from './imports.ts';

/**
 * What an import wrote, chunk by chunk, in the transaction that wrote it: a chunk delivered twice is counted once,
 * and an older file can tell that a newer one has already spoken about a product without changing it.
 */
export const importChunks = pgTable(
  'import_chunks',
  {
    importId: bigint('import_id', { mode: 'number' })
      .notNull()
      .references(() => imports.id, { onDelete: 'cascade' }),
    /** Position of the chunk in the file, from 0. */
    chunk: integer().notNull(),
    /** Codes of the chunk's products, in the file's order. */
    productCodes: text('product_codes').array().notNull(),
    created: integer().notNull(),
    updated: integer().notNull(),
    unchanged: integer().notNull(),
  },
  (table) => [primaryKey({ name: 'import_chunks_pkey', columns: [table.importId, table.chunk] })],
);
