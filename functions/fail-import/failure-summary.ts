import type { z } from 'zod';
import type { ImportRow } from '../../schema/index.ts';
import { UnclearColumnsError } from '../../workflows/errors.ts';
import type { failImportInputSchema } from '../../workflows/payloads/import-states.ts';
import { type ImportSummary, rowCountsSchema } from '../../workflows/payloads/summary.ts';
import type { ChangeCounts } from '../shared/changes/changes-report.ts';
import type { Database } from '../shared/database/database.ts';
import type { Reason } from '../shared/imports/failure-reason.ts';
import { countImages, countProducts, noImages } from '../shared/imports/import-counts.ts';
import { reportKeys, storableKey } from '../shared/imports/object-keys.ts';
import { readListedProducts } from '../shared/report/read-listed-products.ts';
import type { ReportData } from '../shared/report/report-data.ts';
import { supplierCodeOf } from './supplier-code.ts';

const unclearColumns = new UnclearColumnsError('').name;
/** The execution that failed, and what it imported. */
export type Failure = Pick<z.infer<typeof failImportInputSchema>, 'upload' | 'execution'>;

/** Folder for uploads that name no supplier; no supplier's code begins with an underscore. */
const unknownSupplier = '_unknown';

/** The supplier's folder among the reports. */
export const reportFolder = ({ upload }: Failure): string => supplierCodeOf(upload.key) ?? unknownSupplier;

/** The summary of an import that failed, with what its report shows besides: what it wrote before is in both. */
export async function failureSummary(
  { database, now }: { database: Database; now(): Date },
  failure: Failure,
  reason: Reason,
  row: ImportRow | undefined,
  changes: ChangeCounts,
): Promise<ReportData> {
  const { upload, execution } = failure;
  const supplier = supplierCodeOf(upload.key);
  const ids = row && row.supplierId !== null ? { importId: row.id, supplierId: row.supplierId } : undefined;
  const products = ids ? await countProducts(database, ids.importId) : { created: 0, updated: 0, unchanged: 0 };
  const { counts: images, examples } = ids ? await countImages(database, ids) : { counts: noImages, examples: {} };
  const at = now().toISOString();
  const folder = reportFolder(failure);
  const summary: ImportSummary = {
    status: 'failed',
    supplier,
    file: supplier === null ? storableKey(upload.key) : upload.key.slice(upload.key.indexOf('/') + 1),
    executionArn: execution.arn,
    uploadedAt: new Date(upload.uploadedAt).toISOString(),
    startedAt: row?.startedAt.toISOString() ?? at,
    finishedAt: row?.finishedAt?.toISOString() ?? at,
    steps: { parsedAt: null, writtenAt: null },
    format: row?.format ?? null,
    rows: rowCountsSchema.parse({ read: row?.rowsRead ?? 0, rejected: row?.rowsRejected ?? 0 }),
    products: { ...products, deactivated: row?.productsDeactivated ?? 0 },
    images,
    changes,
    problems: { errors: 0, warnings: 0, top: [] },
    reports: {
      report: reportKeys.report(folder, execution.name),
      summary: reportKeys.summary(folder, execution.name),
      problems: null,
      rejected: null,
      // With this name, parse-spreadsheet has written it.
      columns:
        supplier !== null && reason.name === unclearColumns ? reportKeys.columns(supplier, execution.name) : null,
      changes: Object.keys(changes).length > 0 ? reportKeys.changes(folder, execution.name) : null,
    },
    error: reason,
  };
  return { summary, products: ids ? await readListedProducts(database, ids) : [], examples };
}
