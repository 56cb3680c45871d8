import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { imports } from './imports.ts';
import { suppliers } from './suppliers.ts';

/** `pending` → `queued` (an execution or the queue has it) → `converted` or `failed` (again due at next_attempt_at, if set). */
export const imageStatus = pgEnum('image_status', ['pending', 'queued', 'converted', 'failed']);

/** One row per distinct source URL, whoever uses it: what is owed to it survives any crash. */
export const images = pgTable(
  'images',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    /** First 128 bits of the SHA-256 of the normalised source URL: a URL can be longer than an index entry may be. */
    sourceUrlHash: uuid('source_url_hash').notNull(),
    sourceUrl: text('source_url').notNull(),
    /** The supplier that sent the URL first: its folder in the images bucket, its fetch settings. */
    supplierId: bigint('supplier_id', { mode: 'number' })
      .notNull()
      .references(() => suppliers.id),
    /** Host name of the source URL, for holds and fairness. */
    host: text().notNull(),
    status: imageStatus().notNull().default('pending'),
    attempts: integer().notNull().default(0),
    /** When a `pending` or `failed` image is due; null on a failed one: given up. */
    nextAttemptAt: timestamp('next_attempt_at', { withTimezone: true }).defaultNow(),
    claimedAt: timestamp('claimed_at', { withTimezone: true }),
    /** The import that inserted or claimed the image last: while it runs, sweeps leave the image to it. */
    importId: bigint('import_id', { mode: 'number' }).references(() => imports.id),
    errorCode: text('error_code'),
    errorMessage: text('error_message'),
    etag: text(),
    lastModified: text('last_modified'),
    sourceSha256: text('source_sha256'),
    /** Prefix of the renditions in the images bucket: `{supplier}/{hash}`. */
    objectKey: text('object_key'),
    /** Address of the `large` rendition. */
    url: text(),
    /** Pixels and bytes of the `large` rendition. */
    width: integer(),
    height: integer(),
    bytes: integer(),
    renditions: jsonb().$type<Record<string, Rendition>>(),
    convertedAt: timestamp('converted_at', { withTimezone: true }),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex('images_source_url_hash_key').on(table.sourceUrlHash),
    index('images_due_idx').on(table.nextAttemptAt).where(sql`${table.status} in ('pending', 'failed')`),
    index('images_queued_idx').on(table.claimedAt).where(sql`${table.status} = 'queued'`),
    check(
      'images_converted_check',
      sql`${table.status} <> 'converted' or (${table.url} is not null and ${table.objectKey} is not null)`,
    ),
    check('images_failed_check', sql`${table.status} <> 'failed' or ${table.errorCode} is not null`),
    check('images_pending_check', sql`${table.status} <> 'pending' or ${table.nextAttemptAt} is not null`),
    check('images_queued_check', sql`${table.status} <> 'queued' or ${table.claimedAt} is not null`),
  ],
);

/** One WebP file of an image; sizes in pixels and bytes. */
export type Rendition = { key: string; url: string; width: number; height: number; bytes: number };
