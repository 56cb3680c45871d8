import { and, eq, gt, isNull, or, type SQL, sql } from 'drizzle-orm';
import { imports } from '../../../schema/index.ts';
import type { Upload } from '../../../workflows/payloads/upload.ts';

/** The file an import reads, and what its place among the supplier's files follows from. */
export type FileOrder = {
  supplierId: number;
  upload: Pick<Upload, 'bucket' | 'key' | 'uploadedAt' | 'sequencer'>;
};

/** S3's sequencers have 16 to 18 digits. */
const sequencerDigits = 40;

/**
 * A sequencer as text that sorts as its number: of two versions of one key, the greater is the newer. Sequencers differ in
 * length and are hexadecimal in either case.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function sortableSequencer(sequencer: string): string {
  return sequencer.toUpperCase().padStart(sequencerDigits, '0');
}

/** True for a row of imports that is of a newer version of the very same object. */
export function isNewerVersion({ bucket, key, sequencer }: FileOrder['upload']): SQL | undefined {
  return and(
    eq(imports.bucket, bucket),
    eq(imports.objectKey, key),
    gt(imports.sequencer, sortableSequencer(sequencer)),
  );
}

/**
 * True for a row of imports that is of a newer file of the same supplier. Versions of one object are in the order of S3's
 * sequencers; different objects in that of their events' times and, at one time, of their keys. All of it is said by the
 * events themselves: in whatever order they are delivered or registered, the outcome is the same.
 */
export function isNewerFile({ supplierId, upload }: FileOrder): SQL | undefined {
  const { bucket, key, uploadedAt } = upload;
  const isOther = sql`(${imports.bucket}, ${imports.objectKey}) <> (${bucket}::text, ${key}::text)`;
  const isLater = sql`(${imports.uploadedAt}, ${imports.objectKey} collate "C", ${imports.bucket} collate "C")
    > (${uploadedAt}::timestamptz, ${key}::text collate "C", ${bucket}::text collate "C")`;
  return and(
    eq(imports.supplierId, supplierId),
    // Neither an undo nor what it has undone says anything.
    eq(imports.kind, 'import'),
    isNull(imports.undoneBy),
    or(isNewerVersion(upload), and(isOther, isLater)),
  );
}

/** Ids of the imports of newer files of the supplier, as a subquery: PostgreSQL answers it once a statement. */
export function newerImportIds(file: FileOrder): SQL {
  return sql`(select ${imports.id} from ${imports} where ${isNewerFile(file)})`;
}
