import { createHash } from 'node:crypto';
import { registerImport } from '../../functions/register-import/register-import.ts';
import type { Database } from '../../functions/shared/database/database.ts';
import { hashToUuid } from '../../functions/shared/hash.ts';
import { suppliers } from '../../schema/index.ts';
import type { ParsedSpreadsheet } from '../../workflows/payloads/import-states.ts';
import type { ImportedProduct, ImportedVariant } from '../../workflows/payloads/product.ts';
import { type RowCounts, rowCountsSchema } from '../../workflows/payloads/summary.ts';
import type { RegisteredImport, Upload } from '../../workflows/payloads/upload.ts';

/**
 * An upload as start-import describes it; the time defaults to noon, so that tests say what is older or newer, and S3's
 * sequencer follows it.
 */
export function anUpload(values: Partial<Upload> = {}): Upload {
  const { key = 'acme/catalog.xlsx', uploadedAt = '2026-03-01T12:00:00.000Z' } = values;
  return {
    bucket: 'uploads',
    key,
    versionId: `version of ${key} at ${uploadedAt}`,
    objectVersionId: null,
    etag: 'etag',
    size: 1000,
    uploadedAt,
    sequencer: Date.parse(uploadedAt).toString(16),
    ...values,
  };
}

export type StartedImport = { upload: Upload; import: RegisteredImport; execution: { arn: string; name: string } };

/** A registered, running import; `feedMode: 'full'` is set on its supplier first. */
export async function startImport(
  database: Database,
  values: Partial<Upload> & { feedMode?: 'partial' | 'full' } = {},
): Promise<StartedImport> {
  const { feedMode = 'partial', ...uploadValues } = values;
  const upload = anUpload(uploadValues);
  const code = upload.key.split('/')[0] ?? '';
  await database
    .insert(suppliers)
    .values({ code, name: code, feedMode })
    .onConflictDoUpdate({ target: suppliers.code, set: { feedMode } });
  const name = createHash('sha256').update(upload.key).update(upload.versionId).digest('hex').slice(0, 16);
  const execution = { arn: `arn:aws:states:eu-west-1:000000000000:execution:ProductImport:${name}`, name };
  return { upload, execution, import: await registerImport({ database }, { upload, execution }) };
}

export function aVariant(values: Partial<ImportedVariant> = {}): ImportedVariant {
  return {
    key: 'sku:1',
    sku: '0001',
    barcode: null,
    options: {},
    price: '10.0000',
    cost: null,
    msrp: null,
    quantity: null,
    weightGrams: null,
    attributes: {},
    ...values,
  };
}

/** A product as parsed; its images are given by URL, and its hash is that of its content. */
export function aProduct(
  values: Partial<Omit<ImportedProduct, 'images' | 'contentHash'>> & { images?: string[] } = {},
): ImportedProduct {
  const { images = [], ...rest } = values;
  const content = {
    code: 'A',
    title: 'Mug',
    description: null,
    brand: null,
    categoryPath: null,
    tags: [],
    price: '10.0000',
    cost: null,
    msrp: null,
    currency: 'USD',
    weightGrams: null,
    lengthMm: null,
    widthMm: null,
    heightMm: null,
    attributes: {},
    active: true,
    variants: [aVariant()],
    sheets: [0],
    ...rest,
    images: images.map((url) => ({ url, urlHash: hashToUuid(url), alt: null })),
  };
  return { ...content, contentHash: hashToUuid(JSON.stringify(content)) };
}

/** Rows that are a product each, but for the rejected ones. */
export const rowCounts = (read: number, rejected = 0): RowCounts =>
  rowCountsSchema.parse({
    read,
    products: read - rejected,
    rejected,
    reasons: { skipped: {}, rejected: rejected === 0 ? {} : { missing_title: rejected } },
  });

export function aParsedSpreadsheet(values: Partial<ParsedSpreadsheet> = {}): ParsedSpreadsheet {
  return {
    format: 'template',
    rows: rowCounts(10),
    products: 10,
    chunks: 1,
    manifestKey: 'imports/1/rows.jsonl',
    problems: { errors: 0, warnings: 0, top: [] },
    columns: false,
    ...values,
  };
}
