import type { ImportSummary } from '../../workflows/payloads/summary.ts';
import { countImages, countProducts } from '../shared/imports/import-counts.ts';
import { reportKeys, storableKey } from '../shared/imports/object-keys.ts';
import type { Dependencies, Failure, ImportRow } from './fail-import.ts';
import type { Reason } from './failure-reason.ts';
import { supplierCodeOf } from './supplier-code.ts';

/** Folder for uploads that name no supplier; no supplier's code begins with an underscore. */
const unknownSupplier = '_unknown';

/** The summary of an import that failed: what it wrote before is counted too. */
export async function failureSummary(
  { database, now }: Dependencies,
  { upload, execution }: Failure,
  reason: Reason,
  row: ImportRow | undefined,
): Promise<ImportSummary> {
  const supplier = supplierCodeOf(upload.key);
  const ids = row && row.supplierId !== null ? { importId: row.id, supplierId: row.supplierId } : undefined;
  const products = ids ? await countProducts(database, ids.importId) : { created: 0, updated: 0, unchanged: 0 };
  const images = ids
    ? await countImages(database, ids)
    : { distinct: 0, converted: 0, failed: 0, waiting: 0, errors: {} };
  const at = now().toISOString();
  return {
    status: 'failed',
    supplier,
    file: supplier === null ? storableKey(upload.key) : upload.key.slice(upload.key.indexOf('/') + 1),
    executionArn: execution.arn,
    uploadedAt: new Date(upload.uploadedAt).toISOString(),
    startedAt: row?.startedAt.toISOString() ?? at,
    finishedAt: row?.finishedAt?.toISOString() ?? at,
    format: row?.format ?? null,
    rows: { read: row?.rowsRead ?? 0, rejected: row?.rowsRejected ?? 0 },
    products: { ...products, deactivated: row?.productsDeactivated ?? 0 },
    images,
    changes: {},
    problems: { errors: 0, warnings: 0, top: [] },
    reports: {
      summary: reportKeys.summary(supplier ?? unknownSupplier, execution.name),
      problems: null,
      rejected: null,
      changes: null,
    },
    error: reason,
  };
}
