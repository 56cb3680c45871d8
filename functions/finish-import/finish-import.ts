import { eq } from 'drizzle-orm';
import type { z } from 'zod';
import { imports } from '../../schema/index.ts';
import type { finishImportInputSchema } from '../../workflows/payloads/import-states.ts';
import type { ImportSummary } from '../../workflows/payloads/summary.ts';
import type { ChangeCounts } from '../shared/changes/changes-report.ts';
import { fingerprintOf } from '../shared/changes/fingerprint.ts';
import { type Database, withDatabaseErrors } from '../shared/database/database.ts';
import { releaseImages } from '../shared/images/image-ownership.ts';
import { countImages, countProducts } from '../shared/imports/import-counts.ts';
import { parseUploadKey, reportKeys } from '../shared/imports/object-keys.ts';
import { readListedProducts } from '../shared/report/read-listed-products.ts';
import { renderReport } from '../shared/report/render-report.ts';
import type { ReportData } from '../shared/report/report-data.ts';

export type Dependencies = {
  database: Database;
  /** Writes summary.json into the reports bucket. */
  writeSummary(key: string, summary: ImportSummary): Promise<void>;
  /** Writes report.html into the reports bucket. */
  writeReport(key: string, html: string): Promise<void>;
  /** Writes changes.csv of all that the import changed, and counts it. */
  reportChanges(importId: number, key: string): Promise<ChangeCounts>;
  /** Called where images are in no known state: `missing` of them. */
  reportBreach(missing: number, images: ImportSummary['images']): void;
  now(): Date;
};
type Input = z.infer<typeof finishImportInputSchema>;

/**
 * Counts what the import achieved, from the database and not from what the states claim to have done, closes its row and
 * writes its summary and its report. Run again, it counts again.
 */
export async function finishImport(dependencies: Dependencies, input: Input): Promise<ImportSummary> {
  const { supplierCode, executionName } = input.import;
  const changesKey = reportKeys.changes(supplierCode, executionName);
  const changes = await dependencies.reportChanges(input.import.importId, changesKey);
  const closed = await withDatabaseErrors(() => closeImport(dependencies, input, changes));
  const { summary } = closed;
  const { distinct, converted, failed, waiting } = summary.images;
  // At any time: distinct = converted + failed + waiting. Anything else means that an image has been lost track of.
  const missing = distinct - converted - failed - waiting;
  if (missing !== 0) dependencies.reportBreach(missing, summary.images);
  await dependencies.writeSummary(reportKeys.summary(supplierCode, executionName), summary);
  await dependencies.writeReport(summary.reports.report, renderReport(closed));
  return summary;
}

async function closeImport({ database, now }: Dependencies, input: Input, changes: ChangeCounts): Promise<ReportData> {
  const { importId } = input.import;
  const { parsed } = input;
  // What "Convert images" left behind is nobody's from here on: a child that died with its batch was tolerated.
  await releaseImages(database, importId);
  const products = await countProducts(database, importId);
  const { counts: images, examples } = await countImages(database, input.import);
  const { errors, ...imageCounts } = images;
  const status =
    parsed.problems.errors > 0 || images.converted < images.distinct ? 'completed_with_problems' : 'completed';
  const { fingerprint } = await fingerprintOf(database, input.import.supplierId);
  const finishedAt = now();
  const [row] = await database
    .update(imports)
    .set({
      status,
      format: parsed.format,
      rowsRead: parsed.rows.read,
      rowsRejected: parsed.rows.rejected,
      productsCreated: products.created,
      productsUpdated: products.updated,
      productsUnchanged: products.unchanged,
      images: imageCounts,
      fingerprintAfter: fingerprint,
      imagesReleasedAt: finishedAt,
      error: null,
      errorMessage: null,
      finishedAt,
    })
    .where(eq(imports.id, importId))
    .returning();
  if (!row) throw new Error(`Import ${importId} has no row`);
  const summary: ImportSummary = {
    status,
    supplier: input.import.supplierCode,
    file: parseUploadKey(input.upload.key).fileName,
    executionArn: row.executionArn,
    uploadedAt: row.uploadedAt.toISOString(),
    startedAt: row.startedAt.toISOString(),
    finishedAt: finishedAt.toISOString(),
    steps: { parsedAt: parsed.parsedAt ?? null, writtenAt: input.images?.plannedAt ?? null },
    format: parsed.format,
    rows: parsed.rows,
    products: { ...products, deactivated: row.productsDeactivated },
    images,
    changes,
    problems: parsed.problems,
    reports: reportsOf(input, changes),
    error: null,
  };
  return { summary, products: await readListedProducts(database, input.import), examples };
}

function reportsOf(
  { import: { supplierCode, executionName }, parsed }: Input,
  changes: ChangeCounts,
): ImportSummary['reports'] {
  const hasProblems = parsed.problems.errors + parsed.problems.warnings > 0;
  return {
    report: reportKeys.report(supplierCode, executionName),
    summary: reportKeys.summary(supplierCode, executionName),
    problems: hasProblems ? reportKeys.problems(supplierCode, executionName) : null,
    rejected: parsed.rows.rejected > 0 ? reportKeys.rejected(supplierCode, executionName) : null,
    columns: parsed.columns ? reportKeys.columns(supplierCode, executionName) : null,
    changes: Object.keys(changes).length > 0 ? reportKeys.changes(supplierCode, executionName) : null,
  };
}
