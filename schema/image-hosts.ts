import { integer, pgTable, smallint, text, timestamp } from 'drizzle-orm/pg-core';

/** What is known of each server that images come from: how much it bears, and when it wants to be left alone. */
export const imageHosts = pgTable('image_hosts', {
  /** As images.host has it. */
  host: text().primaryKey(),
  /** Requests at once that it bears now: halved when it refuses or stalls, one more with each batch that goes well. */
  concurrency: smallint().notNull(),
  /** Most that it is ever asked for at once: the default, or what a supplier's `maxConcurrency` allows beyond it. */
  maximum: smallint().notNull(),
  /** No requests before; from its Retry-After, where it sent one. */
  holdUntil: timestamp('hold_until', { withTimezone: true }),
  /** When concurrency was halved last: what was in flight then says no more about the new pace. */
  slowedAt: timestamp('slowed_at', { withTimezone: true }),
  /** Outcomes that spoke of overload (429, 503, timeouts), since ever. */
  overloads: integer().notNull().default(0),
});
