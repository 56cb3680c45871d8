import { pgTable, smallint, text, uniqueIndex } from 'drizzle-orm/pg-core';

/** Addresses under which the images bucket has been read, without a trailing slash: one, until the domain changes. */
export const imageStores = pgTable(
  'image_stores',
  {
    id: smallint().primaryKey().generatedAlwaysAsIdentity(),
    baseUrl: text('base_url').notNull(),
  },
  (table) => [uniqueIndex('image_stores_base_url_key').on(table.baseUrl)],
);
