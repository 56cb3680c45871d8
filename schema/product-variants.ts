import {
  bigint,
  index,
  integer,
  json,
  jsonb,
  numeric,
  pgTable,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { imports } from './imports.ts';
import { productStatus, products } from './products.ts';

export const productVariants = pgTable(
  'product_variants',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    productId: bigint('product_id', { mode: 'number' })
      .notNull()
      .references(() => products.id, { onDelete: 'cascade' }),
    /** The SKU or, in catalogs without SKUs, the option values. */
    variantKey: text('variant_key').notNull(),
    /** Order in the file, from 0. */
    position: integer().notNull(),
    sku: text(),
    /** Text: leading zeros stay. */
    barcode: text(),
    /** Option name → value, e.g. `{"Size":"M","Color":"Blue"}`; json keeps the supplier's order, which jsonb does not. */
    options: json().$type<Record<string, string>>().notNull().default({}),
    price: numeric({ precision: 14, scale: 4 }),
    cost: numeric({ precision: 14, scale: 4 }),
    msrp: numeric({ precision: 14, scale: 4 }),
    quantity: integer(),
    /** Its own or else its product's. */
    countryOfOrigin: text('country_of_origin'),
    weightGrams: numeric('weight_grams', { precision: 14, scale: 3 }),
    attributes: jsonb().$type<Record<string, string>>().notNull().default({}),
    /** `inactive`: no longer in the file; the row and its id stay for the day it comes back. */
    status: productStatus().notNull().default('active'),
    /** As products.unmade_by. */
    unmadeBy: bigint('unmade_by', { mode: 'number' }).references(() => imports.id),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex('product_variants_product_key').on(table.productId, table.variantKey),
    index('product_variants_sku_idx').on(table.sku),
  ],
);
