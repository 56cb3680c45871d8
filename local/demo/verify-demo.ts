import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { eq } from 'drizzle-orm';
import sharp from 'sharp';
import type { Database } from '../../functions/shared/database/database.ts';
import { imageKeys } from '../../functions/shared/imports/object-keys.ts';
import type { CatalogImageCounts } from '../../operate/executions/image-counts.ts';
import { images } from '../../schema/index.ts';
import { accountedRows, type ImportSummary } from '../../workflows/payloads/summary.ts';
import type { Catalog, ExpectedImage } from './sample/catalog.ts';

/** Passed where `actual` is `expected`. */
export type Check = { name: string; actual: string | number; expected: string | number };

/** Compares what the import and the sweep say with what the generator knows must come out. */
export function verifyCounts({
  expected,
  first,
  afterImport,
  afterSweep,
}: {
  expected: Catalog['expected'];
  first: ImportSummary;
  afterImport: CatalogImageCounts;
  afterSweep: CatalogImageCounts;
}): Check[] {
  const converted = expected.images.flatMap(({ outcome }) => (outcome.status === 'converted' ? [outcome.by] : []));
  const sum = ({ converted, failed, waiting }: CatalogImageCounts) => converted + failed + waiting;
  return [
    { name: 'rows read', actual: first.rows.read, expected: expected.rows.read },
    { name: 'rows that became something', actual: accountedRows(first.rows), expected: expected.rows.read },
    { name: 'rows rejected', actual: first.rows.rejected, expected: expected.rows.rejected },
    { name: 'products created', actual: first.products.created, expected: expected.products },
    { name: 'distinct images', actual: afterImport.distinct, expected: expected.images.length },
    {
      name: 'images converted by the import',
      actual: afterImport.converted,
      expected: converted.filter((by) => by === 'import').length,
    },
    { name: 'images in some state after the import', actual: sum(afterImport), expected: afterImport.distinct },
    { name: 'images converted after the sweep', actual: afterSweep.converted, expected: converted.length },
    { name: 'images in some state after the sweep', actual: sum(afterSweep), expected: afterSweep.distinct },
  ];
}

/** Compares every image's row with its expected outcome, and decodes every object it names. */
export async function verifyStoredImages({
  expected,
  database,
  s3,
  bucket,
}: {
  expected: readonly ExpectedImage[];
  database: Database;
  s3: S3Client;
  bucket: string;
}): Promise<Check[]> {
  const rows = new Map((await database.select().from(images)).map((row) => [row.sourceUrl, row]));
  const checks: Check[] = [];
  for (const { url, outcome, renditions } of expected) {
    const row = rows.get(url);
    const became = row?.status === 'failed' ? row.errorCode : row?.status;
    const wanted = outcome.status === 'failed' ? outcome.code : outcome.status;
    checks.push({ name: url, actual: became ?? 'no row', expected: wanted });
    if (outcome.status === 'failed') continue;
    for (const [name, size] of Object.entries(renditions)) {
      checks.push({
        name: `${name} of ${url}`,
        actual: await describeObject(
          s3,
          bucket,
          row?.renditions?.[name] ? imageKeys.rendition(row.objectKey ?? '', name) : undefined,
        ),
        expected: `webp ${size.width}×${size.height}`,
      });
    }
  }
  const [{ count } = { count: 0 }] = await database
    .select({ count: database.$count(images, eq(images.status, 'queued')) })
    .from(images)
    .limit(1);
  return [...checks, { name: 'images left in the queue', actual: count, expected: 0 }];
}

/** Format and size of a stored rendition, all of its pixels decoded. */
async function describeObject(s3: S3Client, bucket: string, key: string | undefined): Promise<string> {
  if (key === undefined) return 'no rendition';
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
  const { format } = await sharp(bytes).metadata();
  const { info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  return `${format} ${info.width}×${info.height}`;
}
