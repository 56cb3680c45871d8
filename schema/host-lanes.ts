import { bigint, boolean, index, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import { imageHosts } from './image-hosts.ts';
import { imports } from './imports.ts';

/**
 * A lane is the right to send one request at a time to a host. Whoever converts images holds one per sequence of images
 * of that host, so that no more requests are under way than the host has lanes.
 */
export const hostLanes = pgTable(
  'host_lanes',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    host: text()
      .notNull()
      .references(() => imageHosts.host),
    /** The import that holds it, or null: a message in the image queue. */
    importId: bigint('import_id', { mode: 'number' }).references(() => imports.id),
    /** No lane but a place in the queue for one: the host had none left for this import. */
    waiting: boolean().notNull().default(false),
    /** Given back by record-images; after this time whoever held it is gone. */
    expiresAt: timestamp('expires_at', { withTimezone: true }).notNull(),
  },
  (table) => [index('host_lanes_host_idx').on(table.host), index('host_lanes_import_id_idx').on(table.importId)],
);
