import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isDeepStrictEqual } from 'node:util';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { parseSpreadsheet } from '../functions/parse-spreadsheet/parse-spreadsheet.ts';
import { reportKeys } from '../functions/shared/imports/object-keys.ts';
import { storable } from '../functions/write-products/storable.ts';
import {
  accountedRows,
  type ImportSummary,
  importSummarySchema,
  type RowCounts,
} from '../workflows/payloads/summary.ts';
import { productImportInputSchema, type Upload } from '../workflows/payloads/upload.ts';
import {
  productsPerQuestion,
  type RecordedImport,
  recordedImportSchema,
  type VerifiedProducts,
  verifiedProductsSchema,
} from '../workflows/payloads/verify.ts';
import type { Target } from './target/clients.ts';
import { invokeFunction } from './target/invoke-function.ts';

export type VerifiedImport = {
  importId: number;
  supplier: string;
  file: string;
  /** Nothing is wrong. */
  verified: boolean;
  /** Counted again, from the file. */
  rows: RowCounts;
  /** Products in the file, and those of them that the import has a record of. */
  products: { listed: number; recorded: number };
  /** Distinct images of the file, as they are now. */
  images: VerifiedProducts['images'] & { distinct: number };
  /** What does not add up, a sentence each. */
  differences: string[];
};

/**
 * Draws an import's receipt up anew: reads its file again, as parse-spreadsheet did, and asks the database for every product
 * and image that is in it. Throws where there is nothing to be verified, or the file is gone.
 */
export async function verifyImport(target: Target, asked: string): Promise<VerifiedImport> {
  const recorded = recordedImportSchema.parse(await invokeFunction(target, target.verifyFunction, { import: asked }));
  const { importId, supplierCode, executionName } = recorded.import;
  const upload = await readUpload(target, recorded);
  const counted = await readAgain(target, recorded, upload);
  const summary = await readSummary(target, reportKeys.summary(supplierCode, executionName));
  const differences = findDifferences(counted, recorded, summary);
  const file = summary.file;
  return { importId, supplier: supplierCode, file, verified: differences.length === 0, ...counted, differences };
}

type Counted = Pick<VerifiedImport, 'rows' | 'products' | 'images'>;

function findDifferences({ rows, products, images }: Counted, recorded: RecordedImport, told: ImportSummary): string[] {
  const lost = rows.read - accountedRows(rows);
  const { distinct, converted, failed, waiting } = told.images;
  return [
    ...(lost === 0 ? [] : [`${lost} of ${rows.read} rows became nothing.`]),
    ...(isDeepStrictEqual(told.rows, rows)
      ? []
      : [
          `summary.json counts other rows: ${JSON.stringify(told.rows)}. Have the supplier’s settings been changed since?`,
        ]),
    ...(isDeepStrictEqual(recorded.rows, { read: rows.read, rejected: rows.rejected })
      ? []
      : [`The import’s row counts ${recorded.rows.read} rows, ${recorded.rows.rejected} of them rejected.`]),
    ...(rows.products === products.listed
      ? []
      : [`${rows.products} rows are products, of which ${products.listed} came.`]),
    ...(products.recorded === products.listed && recorded.products === products.listed
      ? []
      : [`The import has a record of ${recorded.products} products, ${products.recorded} of them in the file.`]),
    ...(converted + failed + waiting === distinct
      ? []
      : [`summary.json has ${distinct} images, of which ${converted + failed + waiting} are in any state.`]),
    ...(images.lost === 0 ? [] : [`${images.lost} images are neither converted nor failed nor waiting.`]),
  ];
}

/** The version of the object that the import was started for. */
async function readUpload(target: Target, { executionArn }: RecordedImport): Promise<Upload> {
  const { input } = await target.stepFunctions
    .send(new DescribeExecutionCommand({ executionArn }))
    .catch((cause: unknown) => {
      throw new Error(`Step Functions does not know ${executionArn} any more, which says what its file was`, { cause });
    });
  return productImportInputSchema.parse(JSON.parse(input ?? 'null')).upload;
}

async function readSummary(target: Target, key: string) {
  const { Body } = await target.s3
    .send(new GetObjectCommand({ Bucket: target.reportsBucket, Key: key }))
    .catch((cause: unknown) => {
      throw new Error(`The receipt ${key} is not in the reports bucket any more`, { cause });
    });
  return importSummarySchema.parse(JSON.parse((await Body?.transformToString()) ?? 'null'));
}

async function readAgain(target: Target, recorded: RecordedImport, upload: Upload): Promise<Counted> {
  const { importId, supplierId } = recorded.import;
  const directory = await mkdtemp(join(tmpdir(), 'supplier-import-verify-'));
  const products = { listed: 0, recorded: 0 };
  const images = { distinct: 0, converted: 0, failed: 0, waiting: 0, superseded: 0, lost: 0 };
  let asked: { code: string; images: string[] }[] = [];
  const ask = async () => {
    const event = { importId, supplierId, products: asked };
    asked = [];
    const answer = verifiedProductsSchema.parse(await invokeFunction(target, target.verifyFunction, event));
    products.recorded += answer.recorded;
    for (const state of ['converted', 'failed', 'waiting', 'superseded', 'lost'] as const)
      images[state] += answer.images[state];
  };
  // Each image is asked about once, with the first product that shows it.
  const seen = new Set<string>();
  try {
    const path = join(directory, 'upload');
    await download(target, upload, path);
    const { rows } = await parseSpreadsheet(path, recorded.import, {
      product: async (product) => {
        const { code, images: shown } = storable(product);
        const own = (shown ?? []).map(({ urlHash }) => urlHash).filter((hash) => !seen.has(hash));
        for (const hash of own) seen.add(hash);
        products.listed += 1;
        asked.push({ code, images: [...new Set(own)] });
        if (asked.length === productsPerQuestion) await ask();
      },
      problem: () => {},
      rejectedRow: () => {},
    });
    if (asked.length > 0) await ask();
    images.distinct = seen.size;
    return { rows, products, images };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function download({ s3 }: Target, upload: Upload, path: string): Promise<void> {
  const { bucket, key, objectVersionId, etag } = upload;
  const version = objectVersionId === null ? { IfMatch: `"${etag}"` } : { VersionId: objectVersionId };
  const { Body } = await s3
    .send(new GetObjectCommand({ Bucket: bucket, Key: key, ...version }))
    .catch((cause: unknown) => {
      throw new Error(`This version of ${key} is not in the uploads bucket any more`, { cause });
    });
  if (!(Body instanceof Readable)) throw new Error(`S3 sent no body for ${key}`);
  await pipeline(Body, createWriteStream(path, { mode: 0o600 }));
}
