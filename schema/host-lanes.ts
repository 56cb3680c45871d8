import { bigint, boolean, index, pgTable, smallint, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core';
import { imageHosts } from './image-hosts.ts';
import { imports } from './imports.ts';

/**
 * Who may send how many requests at once to a host: one row per host and holder. An import holds as many lanes as its Take
 * was granted, a message of the image queue one. Whoever got none waits in a row without lanes, so that the others leave
 * it some.
 */
export const hostLanes = pgTable(
  'host_lanes',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    host: text()
      .notNull()
      .references(() => imageHosts.host),
    /**
     * `import 17`, `message 3f2c…`, or `queue`: the sweep, which waits for lanes for its messages. Null in a row of the
     * version before, which held one lane a row.
     */
    holder: text(),
    importId: bigint('import_id', { mode: 'number' }).references(() => imports.id),
    lanes: smallint().notNull().default(1),
    /** Lanes that it has work for. */
    wanted: smallint().notNull().default(1),
    /** Since when it has asked for lanes and got none. */
    waitingSince: timestamp('waiting_since', { withTimezone: true }),
    /** Of the version before, whose executions may be in flight for a day: to be dropped by the next. */
    waiting: boolean().notNull().default(false),
    /** After this time whoever held them is gone. */
    expiresAt: timestamp('expires_at', { withTimezone: true }).notNull(),
  },
  (table) => [
    uniqueIndex('host_lanes_host_holder_key').on(table.host, table.holder),
    index('host_lanes_holder_idx').on(table.holder),
    index('host_lanes_import_id_idx').on(table.importId),
  ],
);
