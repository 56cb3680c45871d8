import { integer, pgTable, smallint, text, timestamp } from 'drizzle-orm/pg-core';

/** What is known of each server that images come from: its pace (functions/shared/hosts/pace.ts), and its hold. */
export const imageHosts = pgTable('image_hosts', {
  /** As images.host has it. */
  host: text().primaryKey(),
  /** Requests at once that it bears now. */
  concurrency: smallint().notNull(),
  /** Of the version before, whose executions may be in flight for a day: to be dropped by the next. */
  maximum: smallint().notNull().default(8),
  slowedAt: timestamp('slowed_at', { withTimezone: true }),
  /** No requests before; from its Retry-After, where it sent one. */
  holdUntil: timestamp('hold_until', { withTimezone: true }),
  /** Outcomes that spoke of overload (429, 503, timeouts), since ever. */
  overloads: integer().notNull().default(0),
  /** Shortest median time to the first byte, milliseconds. */
  bestMilliseconds: integer('best_milliseconds'),
  /** The concurrency that was too much last; null: none was yet. */
  ceiling: smallint(),
  /** Takes in a row without strain since then. */
  calm: smallint().notNull().default(0),
  /** What an image takes a lane from start to start, milliseconds: mostly download, conversion and upload. */
  imageMilliseconds: integer('image_milliseconds'),
  /** Lanes in use after the last grant. */
  inUse: smallint('in_use').notNull().default(0),
  /** When the pace changed last: what was granted before says nothing about it. */
  pacedAt: timestamp('paced_at', { withTimezone: true }).notNull().defaultNow(),
  /** When lanes were granted last. */
  askedAt: timestamp('asked_at', { withTimezone: true }).notNull().defaultNow(),
});
