import { sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
  bigint,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  smallint,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { suppliers } from './suppliers.ts';

export const importStatus = pgEnum('import_status', ['running', 'completed', 'completed_with_problems', 'failed']);

/** One row per version of an uploaded object, refused ones included. */
export const imports = pgTable(
  'imports',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    bucket: text().notNull(),
    objectKey: text('object_key').notNull(),
    /** S3 version id, or the event's sequencer where the bucket is not versioned. */
    versionId: text('version_id').notNull(),
    /** Null where the object key names no supplier: such an upload is refused. */
    supplierId: bigint('supplier_id', { mode: 'number' }).references(() => suppliers.id),
    executionArn: text('execution_arn').notNull(),
    /** The event's time: whole seconds on AWS. */
    uploadedAt: timestamp('uploaded_at', { withTimezone: true }).notNull(),
    /** The event's sequencer, padded so that it sorts: the order of the versions of one object. Empty before it was recorded. */
    sequencer: text().notNull().default(''),
    status: importStatus().notNull().default('running'),
    /** Name of the convention the columns were recognised as, e.g. `shopify`. */
    format: text(),
    rowsRead: integer('rows_read').notNull().default(0),
    rowsRejected: integer('rows_rejected').notNull().default(0),
    productsCreated: integer('products_created').notNull().default(0),
    productsUpdated: integer('products_updated').notNull().default(0),
    productsUnchanged: integer('products_unchanged').notNull().default(0),
    productsDeactivated: integer('products_deactivated').notNull().default(0),
    /** Distinct images of the file by outcome, e.g. `{"converted":320,"failed":8,"waiting":2}`. */
    images: jsonb().$type<ImageCounts>().notNull().default({ distinct: 0, converted: 0, failed: 0, waiting: 0 }),
    /** Error name and one sentence, where status is `failed`. */
    error: text(),
    errorMessage: text('error_message'),
    startedAt: timestamp('started_at', { withTimezone: true }).notNull().defaultNow(),
    finishedAt: timestamp('finished_at', { withTimezone: true }),
    /** When a function of the import last said that it works: after half an hour of silence its images are anyone's. */
    heartbeatAt: timestamp('heartbeat_at', { withTimezone: true }).notNull().defaultNow(),
    /**
     * Children of "Write products" at once that it was admitted with. Below 0: it waits, with so many chunks to write; null:
     * it writes no products now.
     */
    writers: smallint(),
    /** An `undo` is an import of what was stored before another one; an `undo_dry_run` changes nothing. */
    kind: text({ enum: ['import', 'undo', 'undo_dry_run'] })
      .notNull()
      .default('import'),
    /** The import that this undo undoes. */
    undoes: bigint({ mode: 'number' }).references((): AnyPgColumn => imports.id),
    /** The undo that undid it, unless that one has been undone itself: what its file says counts no more. */
    undoneBy: bigint('undone_by', { mode: 'number' }).references((): AnyPgColumn => imports.id),
    /** The supplier's catalog before the import wrote and after it: see functions/shared/changes/fingerprint.ts. */
    fingerprintBefore: text('fingerprint_before'),
    fingerprintAfter: text('fingerprint_after'),
    /** When the images that the import had and did not bring in were handed to the sweeps. */
    imagesReleasedAt: timestamp('images_released_at', { withTimezone: true }),
  },
  (table) => [
    uniqueIndex('imports_object_version_key').on(table.bucket, table.objectKey, table.versionId),
    index('imports_supplier_uploaded_at_idx').on(table.supplierId, table.uploadedAt),
    index('imports_unreleased_idx').on(table.startedAt).where(sql`${table.imagesReleasedAt} is null`),
    index('imports_writers_idx').on(table.id).where(sql`${table.writers} is not null`),
  ],
);

export type ImportRow = typeof imports.$inferSelect;

export type ImageCounts = { distinct: number; converted: number; failed: number; waiting: number };
