import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  index,
  integer,
  json,
  pgEnum,
  pgTable,
  smallint,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { imports } from './imports.ts';
import { suppliers } from './suppliers.ts';

/** `pending` → `queued` (an execution or the queue has it) → `converted` or `failed` (again due at next_attempt_at, if set). */
export const imageStatus = pgEnum('image_status', ['pending', 'queued', 'converted', 'failed']);

/**
 * One row per distinct source URL, whoever uses it: what is owed to it survives any crash.
 *
 * A row is written when it is inserted and when its image is converted, and the second write is to cost as little WAL as
 * it can (DECISIONS, "What recording an image writes"): no index holds a column that converting changes, so the new
 * version goes to the same page and no index is touched (a HOT update, for which migration 0001 leaves room); columns
 * that never change come first, as PostgreSQL logs a new version from its first changed byte on; and what can be derived
 * (addresses, keys of renditions) is not stored.
 */
export const images = pgTable(
  'images',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    /** First 128 bits of the SHA-256 of the normalised source URL: a URL can be longer than an index entry may be. */
    sourceUrlHash: uuid('source_url_hash').notNull(),
    /** The supplier that sent the URL first: its folder in the images bucket, its fetch settings. */
    supplierId: bigint('supplier_id', { mode: 'number' })
      .notNull()
      .references(() => suppliers.id),
    /** The import that inserted or claimed the image last, or null where a sweep did. */
    importId: bigint('import_id', { mode: 'number' }).references(() => imports.id),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    sourceUrl: text('source_url').notNull(),
    /** Host of the source URL, with its port where that is not the scheme's own: who is asked for the image. */
    host: text().notNull(),
    status: imageStatus().notNull().default('pending'),
    attempts: integer().notNull().default(0),
    /**
     * When a sweep looks at the image: a `pending` or `failed` one is due then, a `queued` one has not been reported by
     * then. Null: never, since it is converted, given up (`failed`), or its import's (`pending` and `queued`) until
     * finish-import, fail-import or a sweep releases that one's images.
     */
    nextAttemptAt: timestamp('next_attempt_at', { withTimezone: true }).defaultNow(),
    claimedAt: timestamp('claimed_at', { withTimezone: true }),
    convertedAt: timestamp('converted_at', { withTimezone: true }),
    updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
    /** Of image_stores, where object_key is read; no foreign key, whose check would lock that one row for every image. */
    storeId: smallint('store_id'),
    errorCode: text('error_code'),
    errorMessage: text('error_message'),
    etag: text(),
    lastModified: text('last_modified'),
    /** First 128 bits of the SHA-256 of the source's bytes. */
    sourceHash: uuid('source_hash'),
    /** Prefix of the renditions in the images bucket: `{supplier}/{hash}`. */
    objectKey: text('object_key'),
    /** Name → width, height, bytes. As json, not jsonb: a third of the size, and in the order of conversion. */
    renditions: json().$type<Record<string, RenditionSize>>(),
  },
  (table) => [
    uniqueIndex('images_source_url_hash_key').on(table.sourceUrlHash),
    index('images_import_id_idx').on(table.importId),
    index('images_next_attempt_at_idx').on(table.nextAttemptAt).where(sql`${table.nextAttemptAt} is not null`),
    check(
      'images_converted_check',
      sql`${table.status} <> 'converted' or (${table.storeId} is not null and ${table.objectKey} is not null and ${table.renditions} is not null)`,
    ),
    check('images_failed_check', sql`${table.status} <> 'failed' or ${table.errorCode} is not null`),
    check(
      'images_pending_check',
      sql`${table.status} <> 'pending' or ${table.nextAttemptAt} is not null or ${table.importId} is not null`,
    ),
    check(
      'images_queued_check',
      sql`${table.status} <> 'queued' or (${table.claimedAt} is not null and (${table.nextAttemptAt} is not null or ${table.importId} is not null))`,
    ),
  ],
);

/** Width and height in pixels, and bytes, of a WebP file: the object `{object_key}/{rendition}.webp`. */
export type RenditionSize = [width: number, height: number, bytes: number];
