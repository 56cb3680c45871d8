import { sql } from 'drizzle-orm';
import { bigint, check, jsonb, pgEnum, pgTable, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core';

/** `full`: a product missing from the supplier's file is gone; `partial`: it is left alone. */
export const feedMode = pgEnum('feed_mode', ['partial', 'full']);

/** A supplier is created by its first upload; operators change the settings with `npm run supplier`. */
export const suppliers = pgTable(
  'suppliers',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    /** The first folder of the object key: `acme` in `acme/spring.xlsx`. */
    code: text().notNull(),
    name: text().notNull(),
    /** Header (as the supplier writes it) → column of the import's own template; overrides detection. */
    columnMapping: jsonb('column_mapping').$type<Record<string, string>>().notNull().default({}),
    feedMode: feedMode('feed_mode').notNull().default('partial'),
    /** ISO 4217 code used where a price names no currency. */
    currency: text().notNull().default('USD'),
    /** BCP 47 tag that decides what a decimal comma means. */
    locale: text().notNull().default('en-US'),
    /** How this supplier's images are fetched, e.g. `{"headers":{"Referer":"https://…"},"maxConcurrency":4}`. */
    imageSettings: jsonb('image_settings').$type<SupplierImageSettings>().notNull().default({}),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex('suppliers_code_key').on(table.code),
    check('suppliers_currency_check', sql`${table.currency} ~ '^[A-Z]{3}$'`),
  ],
);

export type SupplierImageSettings = {
  /** Sent with every image request to this supplier; `User-Agent` and `Referer` are the usual ones. */
  headers?: Record<string, string>;
  /** Requests at once towards one host of this supplier. */
  maxConcurrency?: number;
  /** Where images lie that the supplier gives as names or paths: `https://shop.example/media/catalog/product/`. */
  baseUrl?: string;
  /** Rasterise SVG instead of refusing it. */
  allowSvg?: boolean;
};
