import { readFile } from 'node:fs/promises';
import { type ParsedSpreadsheet, parseSpreadsheetInputSchema } from '../../workflows/payloads.ts';
import { environment } from '../shared/environment.ts';
import { writeObject } from '../shared/storage.ts';
import { downloadUpload } from './download-upload.ts';
import { parseUpload } from './parse-upload.ts';

/** State "Parse spreadsheet". */
export async function handler(event: unknown): Promise<ParsedSpreadsheet> {
  const workBucket = environment('WORK_BUCKET');
  const reportsBucket = environment('REPORTS_BUCKET');
  return parseUpload(parseSpreadsheetInputSchema.parse(event), {
    download: downloadUpload,
    writeLines: (key, lines) => writeObject(workBucket, key, lines, { contentType: 'application/jsonl' }),
    writeReport: async (key, path, contentType) =>
      writeObject(reportsBucket, key, await readFile(path), { contentType }),
  });
}
