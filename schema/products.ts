import {
  bigint,
  char,
  index,
  jsonb,
  numeric,
  pgEnum,
  pgTable,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { imports } from './imports.ts';
import { suppliers } from './suppliers.ts';

export const productStatus = pgEnum('product_status', ['active', 'inactive']);

export const products = pgTable(
  'products',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    supplierId: bigint('supplier_id', { mode: 'number' })
      .notNull()
      .references(() => suppliers.id),
    /** The supplier's own identifier of the product: handle, parent SKU, item group or SKU. */
    code: text().notNull(),
    title: text().notNull(),
    description: text(),
    brand: text(),
    /** As the supplier writes it, e.g. `Home > Kitchen > Knives`. */
    categoryPath: text('category_path'),
    /** As the supplier writes it: a name or a code. */
    countryOfOrigin: text('country_of_origin'),
    tags: text().array().notNull().default([]),
    price: numeric({ precision: 14, scale: 4 }),
    cost: numeric({ precision: 14, scale: 4 }),
    msrp: numeric({ precision: 14, scale: 4 }),
    currency: char({ length: 3 }).notNull(),
    weightGrams: numeric('weight_grams', { precision: 14, scale: 3 }),
    lengthMm: numeric('length_mm', { precision: 14, scale: 3 }),
    widthMm: numeric('width_mm', { precision: 14, scale: 3 }),
    heightMm: numeric('height_mm', { precision: 14, scale: 3 }),
    /** Every column not otherwise mapped, under the supplier's own header: nothing sent is dropped. */
    attributes: jsonb().$type<Record<string, string>>().notNull().default({}),
    /** First 128 bits of the SHA-256 of the product, its variants and its images as parsed. */
    contentHash: uuid('content_hash').notNull(),
    status: productStatus().notNull().default('active'),
    /** Upload time of the file these values come from: an older file never overwrites them. */
    sourceUploadedAt: timestamp('source_uploaded_at', { withTimezone: true }).notNull(),
    firstImportId: bigint('first_import_id', { mode: 'number' })
      .notNull()
      .references(() => imports.id),
    /** The import that last changed the product. */
    lastImportId: bigint('last_import_id', { mode: 'number' })
      .notNull()
      .references(() => imports.id),
    /**
     * The undo that took back the product's creation: the row and its id stay, as orders may refer to them, and a file
     * that lists it creates it anew.
     */
    unmadeBy: bigint('unmade_by', { mode: 'number' }).references(() => imports.id),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex('products_supplier_code_key').on(table.supplierId, table.code),
    index('products_brand_idx').on(table.brand),
  ],
);
