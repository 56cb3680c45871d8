import { bigint, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { images } from './images.ts';
import { products } from './products.ts';

export const productImages = pgTable(
  'product_images',
  {
    productId: bigint('product_id', { mode: 'number' })
      .notNull()
      .references(() => products.id, { onDelete: 'cascade' }),
    /** From 0, the featured image first. */
    position: integer().notNull(),
    imageId: bigint('image_id', { mode: 'number' })
      .notNull()
      .references(() => images.id),
    altText: text('alt_text'),
  },
  (table) => [
    primaryKey({ name: 'product_images_pkey', columns: [table.productId, table.position] }),
    index('product_images_image_id_idx').on(table.imageId),
  ],
);
