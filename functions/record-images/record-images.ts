import type { z } from 'zod';
import type { RecordedImages, recordImagesInputSchema } from '../../workflows/payloads/images.ts';
import { type Database, withDatabaseErrors } from '../shared/database/database.ts';
import { type ImageRecord, imageRecord } from './image-record.ts';
import { recordStatement } from './record-statement.ts';

export type Dependencies = { database: Database; now(): Date };

/**
 * Records a batch of outcomes in one statement and returns how many images of the batch were converted (or found
 * unchanged) and how many failed. Delivered again, it changes nothing:
 * - a failure counts only where its attempt is later than the one recorded last, so that it never undoes a success;
 * - a success counts there too, and also where the image is not converted: its files are in S3, whoever else failed;
 * - a failure on re-check keeps the version converted before;
 * - a postponed image is no attempt: it stays its import's, or becomes due again where the queue had it;
 * - nor is one of an import that its host refused and said when to ask again: it stays its import's.
 */
export async function recordImages(
  { database, now }: Dependencies,
  { outcomes, takenAt, holder, batchStartedAt }: z.infer<typeof recordImagesInputSchema>,
): Promise<RecordedImages> {
  const at = now();
  const isOwed = holder === null;
  const records = bestOfEachImage(outcomes.map((outcome) => imageRecord(outcome, at, isOwed)));
  const failed = records.filter(({ outcome }) => outcome === 'failed').length;
  const refused = records.filter(({ outcome }) => outcome === 'refused').length;
  const postponed = records.filter(({ outcome }) => outcome === 'postponed').length;
  const asked = records.length - postponed;
  const milliseconds = Math.max(0, at.getTime() - Date.parse(batchStartedAt));
  const imageMilliseconds = asked > 0 ? Math.round(milliseconds / asked) : null;
  const batch = { takenAt: new Date(takenAt), holder, imageMilliseconds };
  await withDatabaseErrors(() => database.execute(recordStatement(records, batch)));
  return { converted: records.length - failed - refused - postponed, failed };
}

/**
 * An image that a batch holds twice is recorded once: UPDATE … FROM would pick either. Success goes before failure. In the
 * order of ids: batches that share images (SQS delivers twice) lock their rows one after the other and never deadlock.
 */
function bestOfEachImage(records: readonly ImageRecord[]): ImageRecord[] {
  const ranks = { postponed: 0, refused: 1, failed: 1, not_modified: 2, converted: 2 };
  const rank = ({ outcome, attempts }: ImageRecord) => ranks[outcome] * 1_000_000 + attempts;
  const best = new Map([...records].sort((a, b) => rank(a) - rank(b)).map((record) => [record.id, record]));
  return [...best.values()].sort((a, b) => a.id - b.id);
}
