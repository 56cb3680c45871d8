import { sql } from 'drizzle-orm';
import type { Database } from '../../functions/shared/database/database.ts';
import type { Converted } from './conversions.ts';

/**
 * The images table as anyone would write it down first: the columns that the blueprint names, an index for each look-up
 * of the sweep, PostgreSQL's default storage. It is the reference's own: what schema/ does to save WAL is not to help it.
 */
const statements = [
  `create type plain_status as enum ('pending', 'queued', 'converted', 'failed')`,
  `create table plain_images (
    id bigint primary key, source_url_hash uuid not null, source_url text not null, supplier_id bigint not null,
    host text not null, status plain_status not null default 'queued', attempts integer not null default 0,
    next_attempt_at timestamptz, claimed_at timestamptz default now(), import_id bigint, error_code text,
    error_message text, etag text, last_modified text, source_sha256 text, object_key text, url text, width integer,
    height integer, bytes integer, renditions jsonb, converted_at timestamptz,
    created_at timestamptz not null default now(), updated_at timestamptz not null default now())`,
  'create unique index on plain_images (source_url_hash)',
  `create index on plain_images (next_attempt_at) where status in ('pending', 'failed')`,
  `create index on plain_images (claimed_at) where status = 'queued'`,
  `insert into plain_images (id, source_url_hash, source_url, supplier_id, host, import_id)
    select id, source_url_hash, source_url, supplier_id, host, import_id from images`,
];

/** Creates the table with the images that there are, claimed. */
export async function createPlainImages(database: Database): Promise<void> {
  for (const statement of statements) await database.execute(sql.raw(statement));
}

/** Records a conversion in a statement of its own, committed by itself. */
export async function updatePlainImage(database: Database, outcome: Converted): Promise<void> {
  const [width, height, bytes] = outcome.renditions.large ?? [];
  const url = `${outcome.baseUrl}/${outcome.objectKey}/large.webp`;
  await database.execute(sql`
    update plain_images set status = 'converted', attempts = ${outcome.attempt}, next_attempt_at = null, claimed_at = null,
      error_code = null, error_message = null, etag = ${outcome.etag}, last_modified = ${outcome.lastModified},
      source_sha256 = ${outcome.sourceSha256}, object_key = ${outcome.objectKey}, url = ${url},
      width = ${width ?? null}, height = ${height ?? null}, bytes = ${bytes ?? null},
      renditions = ${JSON.stringify(outcome.renditions)}::jsonb, converted_at = now(), updated_at = now()
    where id = ${outcome.imageId}`);
}
