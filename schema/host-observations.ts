import { index, integer, pgTable, smallint, text, timestamp } from 'drizzle-orm/pg-core';

/**
 * What the outcomes of a batch said about a host: written by record-images, and read and removed by the next who takes
 * lanes there. Rows of their own, so that batches that end together do not wait for each other's lock on the host.
 */
export const hostObservations = pgTable(
  'host_observations',
  {
    host: text().notNull(),
    /** When the batch's lanes were granted. */
    takenAt: timestamp('taken_at', { withTimezone: true }).notNull(),
    requests: smallint().notNull(),
    /** Answered with 429; answered with 503, or not in time. */
    rateLimited: smallint('rate_limited').notNull(),
    unavailable: smallint().notNull(),
    /** Median of the batch. */
    firstByteMilliseconds: integer('first_byte_milliseconds'),
    /** Mean of the batch, from image to image. */
    imageMilliseconds: integer('image_milliseconds'),
  },
  (table) => [index('host_observations_host_idx').on(table.host)],
);
