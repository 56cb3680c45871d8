import { type ParsedSpreadsheet, parseSpreadsheetInputSchema } from '../../workflows/payloads/import-states.ts';
import { writeObject } from '../shared/aws/storage.ts';
import { uploadReport } from '../shared/aws/upload-report.ts';
import { emit } from '../shared/metrics/metrics.ts';
import { environment } from '../shared/runtime/environment.ts';
import { importKeys, loggerFor } from '../shared/runtime/logger.ts';
import { parseUpload } from './parse-upload.ts';
import { downloadUpload } from './storage/download-upload.ts';

/** State "Parse spreadsheet". */
export async function handler(event: unknown): Promise<ParsedSpreadsheet> {
  const workBucket = environment('WORK_BUCKET');
  const reportsBucket = environment('REPORTS_BUCKET');
  const input = parseSpreadsheetInputSchema.parse(event);
  const parsed = await parseUpload(input, {
    download: downloadUpload,
    writeLines: (key, lines) => writeObject(workBucket, key, lines, { contentType: 'application/jsonl' }),
    writeReport: (key, path, contentType) => uploadReport(reportsBucket, key, path, contentType),
  });
  const { format, rows, products, problems } = parsed;
  loggerFor(importKeys(input.import)).info('Spreadsheet parsed', {
    key: input.upload.key,
    format,
    rows,
    products,
    errors: problems.errors,
    warnings: problems.warnings,
  });
  emit({ RowsRead: rows.read, RowsRejected: rows.rejected });
  return parsed;
}
