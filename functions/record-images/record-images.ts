import { sql } from 'drizzle-orm';
import type { z } from 'zod';
import { images } from '../../schema/index.ts';
import type { RecordedImages, recordImagesInputSchema } from '../../workflows/payloads.ts';
import { type Database, withDatabaseErrors } from '../shared/database.ts';
import { type ImageRecord, imageRecord } from './image-record.ts';

export type Dependencies = { database: Database; now(): Date };

/**
 * Records a batch of outcomes in one statement and returns how many images of the batch were converted (or found
 * unchanged) and how many failed. Delivered again, it changes nothing:
 * - a failure counts only where its attempt is later than the one recorded last, so that it never undoes a success;
 * - a success counts there too, and also where the image is not converted: its files are in S3, whoever else failed;
 * - a failure on re-check keeps the URL of the version converted before.
 */
export async function recordImages(
  { database, now }: Dependencies,
  { outcomes }: z.infer<typeof recordImagesInputSchema>,
): Promise<RecordedImages> {
  const at = now();
  const records = bestOfEachImage(outcomes.map((outcome) => imageRecord(outcome, at)));
  await withDatabaseErrors(() => database.execute(update(records)));
  const failed = records.filter(({ outcome }) => outcome === 'failed').length;
  return { converted: records.length - failed, failed };
}

function update(records: readonly ImageRecord[]) {
  const whenConverted = (column: string) =>
    sql`${sql.identifier(column)} = case when r.outcome = 'converted' then r.${sql.identifier(column)} else ${images}.${sql.identifier(column)} end`;
  const fromConversion = [
    'etag',
    'last_modified',
    'source_sha256',
    'object_key',
    'url',
    'width',
    'height',
    'bytes',
    'renditions',
  ];
  return sql`
    update ${images}
    set status = case when r.outcome = 'failed' then 'failed' else 'converted' end::image_status,
      attempts = greatest(${images.attempts}, r.attempts),
      next_attempt_at = r.next_attempt_at, claimed_at = null,
      error_code = r.error_code, error_message = r.error_message,
      ${sql.join(fromConversion.map(whenConverted), sql`, `)},
      converted_at = case when r.outcome = 'converted' then now() else ${images.convertedAt} end,
      updated_at = now()
    from jsonb_to_recordset(${JSON.stringify(records)}::jsonb) as r(
      id bigint, attempts integer, outcome text, error_code text, error_message text, next_attempt_at timestamptz,
      etag text, last_modified text, source_sha256 text, object_key text, url text, width integer, height integer,
      bytes integer, renditions jsonb)
    where ${images.id} = r.id and case r.outcome
      when 'failed' then ${images.attempts} < r.attempts
      when 'converted' then ${images.attempts} < r.attempts or ${images.status} <> 'converted'
      else ${images.url} is not null and (${images.attempts} < r.attempts or ${images.status} <> 'converted')
    end`;
}

/** An image that a batch holds twice is recorded once: UPDATE … FROM would pick either. Success goes before failure. */
function bestOfEachImage(records: readonly ImageRecord[]): ImageRecord[] {
  const rank = ({ outcome, attempts }: ImageRecord) => (outcome === 'failed' ? 0 : 1_000_000) + attempts;
  return [...new Map([...records].sort((a, b) => rank(a) - rank(b)).map((record) => [record.id, record])).values()];
}
