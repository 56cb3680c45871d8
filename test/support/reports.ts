import type { ReportData, ReportedProduct } from '../../functions/shared/report/report-data.ts';
import type { ImportSummary } from '../../workflows/payloads/summary.ts';
import { rowCounts } from './imports.ts';

export function aSummary(values: Partial<ImportSummary> = {}): ImportSummary {
  return {
    status: 'completed_with_problems',
    supplier: 'acme',
    file: 'catalog.xlsx',
    executionArn: 'arn:aws:states:eu-west-1:000000000000:execution:ProductImport:acme-1',
    uploadedAt: '2026-03-01T12:00:00.000Z',
    startedAt: '2026-03-01T12:00:04.200Z',
    finishedAt: '2026-03-01T12:03:24.200Z',
    steps: { parsedAt: '2026-03-01T12:00:10.200Z', writtenAt: '2026-03-01T12:00:40.200Z' },
    format: 'shopify',
    rows: rowCounts(320, 20),
    products: { created: 200, updated: 60, unchanged: 40, deactivated: 2 },
    changes: {},
    images: { distinct: 900, converted: 880, failed: 8, waiting: 12, errors: { NOT_FOUND: 12, TOO_LARGE: 8 } },
    problems: {
      errors: 20,
      warnings: 3,
      top: [
        { code: 'invalid_price', severity: 'error', count: 20, example: 'Row 7, column “Price”: “ask” is no amount.' },
        { code: 'similar_header', severity: 'warning', count: 3, example: 'Column “Brnd”: like “Brand”.' },
      ],
    },
    reports: {
      report: 'acme/acme-1/report.html',
      summary: 'acme/acme-1/summary.json',
      problems: 'acme/acme-1/problems.csv',
      rejected: 'acme/acme-1/rejected.xlsx',
      columns: null,
      changes: null,
    },
    error: null,
    ...values,
  };
}

export function aReportedProduct(values: Partial<ReportedProduct> = {}): ReportedProduct {
  return {
    code: 'MUG-1',
    title: 'Mug',
    price: '10.0000',
    currency: 'USD',
    change: 'created',
    images: 3,
    converted: 3,
    thumbnail: { url: 'https://images.example/acme/h/thumb.webp', width: 400, height: 300 },
    ...values,
  };
}

export function aReport(values: Partial<ReportData> = {}): ReportData {
  return {
    summary: aSummary(),
    products: [aReportedProduct()],
    examples: { NOT_FOUND: 'https://cdn.example/a.jpg', TOO_LARGE: 'https://cdn.example/b.tif' },
    ...values,
  };
}
