import { index, pgTable, text, timestamp } from 'drizzle-orm/pg-core';

/** Objects of the images bucket that a newer version of their image has replaced: pages may still show their URLs. */
export const replacedObjects = pgTable(
  'replaced_objects',
  {
    /** The images.object_key that was. */
    objectKey: text('object_key').primaryKey(),
    /** Keys of its renditions. */
    keys: text().array().notNull(),
    /** A sweep removes them after this time, unless an image refers to them again. */
    removeAfter: timestamp('remove_after', { withTimezone: true }).notNull(),
  },
  (table) => [index('replaced_objects_remove_after_idx').on(table.removeAfter)],
);
