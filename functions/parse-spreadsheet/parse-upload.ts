import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { z } from 'zod';
import { UnclearColumnsError } from '../../workflows/errors.ts';
import { columnsFormat } from '../../workflows/payloads/columns.ts';
import type { ParsedSpreadsheet, parseSpreadsheetInputSchema } from '../../workflows/payloads/import-states.ts';
import type { ImportedSheet } from '../../workflows/payloads/product.ts';
import { rowCountsSchema } from '../../workflows/payloads/summary.ts';
import type { Upload } from '../../workflows/payloads/upload.ts';
import { isColumnsFile } from '../shared/imports/columns-file.ts';
import { parseUploadKey, reportKeys, workKeys } from '../shared/imports/object-keys.ts';
import { limits } from './limits.ts';
import { parseSpreadsheet } from './parse-spreadsheet.ts';
import { ColumnsWorkbook, type ReadColumn } from './reports/columns-workbook.ts';
import { ProblemsCsv, problemsCsvHeader } from './reports/problems-csv.ts';
import { readColumns } from './reports/read-columns.ts';
import { RejectedWorkbook } from './reports/rejected-workbook.ts';
import { SpoolFile } from './spool/spool-file.ts';
import { ChunkWriter } from './storage/chunk-writer.ts';

export type Dependencies = {
  /** Downloads the very version of the upload to a local path; throws ObjectReplacedError or ObjectDeletedError. */
  download: (upload: Upload, path: string) => Promise<void>;
  /** Writes JSON lines into the work bucket; their bytes are valid until it resolves. */
  writeLines: (key: string, lines: Buffer) => Promise<void>;
  /** Uploads a local file into the reports bucket. */
  writeReport: (key: string, path: string, contentType: string) => Promise<void>;
  /** Is told how each column was read. */
  tellColumns?: (columns: ReadColumn[]) => void;
};

const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/**
 * Parses an uploaded spreadsheet into chunk files and a manifest in the work bucket, and problems.csv and, where rows
 * were rejected, rejected.xlsx in the reports bucket. Throws a subclass of ImportRefusedError for a file that cannot be
 * imported at all. columns.xlsx is written too where cells or a person have to say what a column is, before a refusal for
 * that as well; one that came back is read as what it is.
 */
export async function parseUpload(
  { upload, import: registered }: z.output<typeof parseSpreadsheetInputSchema>,
  { download, writeLines, writeReport, tellColumns }: Dependencies,
): Promise<ParsedSpreadsheet> {
  const directory = await mkdtemp(join(tmpdir(), 'parse-upload-'));
  try {
    const path = join(directory, 'spreadsheet');
    await download(upload, path);
    const { fileName } = parseUploadKey(upload.key);
    if (isColumnsFile(fileName)) return await parseColumns(path, directory, registered.importId, writeLines);
    const keys = [registered.supplierCode, registered.executionName] as const;
    const columns = new ColumnsWorkbook(registered.columnMapping);
    const reportColumns = async () => {
      const workbook = join(directory, 'columns.xlsx');
      await columns.write(workbook, { importId: registered.importId, etag: upload.etag });
      await writeReport(reportKeys.columns(...keys), workbook, xlsx);
    };
    const chunks = new ChunkWriter((chunk) => workKeys.chunk(registered.importId, chunk), writeLines);
    const problems = new SpoolFile(join(directory, 'problems.csv'));
    await problems.write(problemsCsvHeader);
    const csv = new ProblemsCsv();
    const rejected = new RejectedWorkbook(new SpoolFile(join(directory, 'rejected.jsonl')));
    const sheets: ImportedSheet[] = [];
    const rejectedCodes = new Set<string>();
    const listed = (code: string) => {
      // No product is stored under a longer one.
      if (code.length <= limits.indexedCharacters) rejectedCodes.add(code);
    };
    const parsing = parseSpreadsheet(path, registered, {
      columns: (layout, below) => columns.add(layout, below),
      product: (_product, json) => chunks.add(json),
      sheet: (sheet) => void sheets.push(sheet),
      problem: (problem) => problems.write(csv.line(problem)),
      rejectedRow: async (row) => {
        if (row.code !== null) listed(row.code);
        await rejected.add(row);
      },
      ignoredCode: listed,
    });
    const result = await parsing.catch(async (error: unknown) => {
      if (error instanceof UnclearColumnsError) await reportColumns();
      throw error;
    });
    await chunks.end();
    await problems.write(csv.rest());
    await problems.end();
    await writeReport(reportKeys.problems(...keys), problems.path, 'text/csv; charset=utf-8');
    if (!rejected.isEmpty) {
      const workbook = join(directory, 'rejected.xlsx');
      await rejected.write(workbook);
      await writeReport(reportKeys.rejected(...keys), workbook, xlsx);
    }
    if (columns.isUnclear) await reportColumns();
    tellColumns?.(columns.columns);
    if (registered.feedMode === 'full') {
      const codes = [...rejectedCodes].map((code) => ({ code }));
      await writeLines(workKeys.rejectedCodes(registered.importId), jsonLines(codes));
    }
    await writeLines(workKeys.sheets(registered.importId), jsonLines(sheets));
    const manifestKey = workKeys.manifest(registered.importId);
    // Last: a manifest stands for a parse that is complete.
    await writeLines(manifestKey, jsonLines(chunks.chunks));
    const parsedAt = new Date().toISOString();
    return { ...result, chunks: chunks.chunks.length, manifestKey, columns: columns.isUnclear, parsedAt };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** A columns.xlsx that came back: no products, and what it says for "Apply columns". */
async function parseColumns(
  path: string,
  directory: string,
  importId: number,
  writeLines: Dependencies['writeLines'],
): Promise<ParsedSpreadsheet> {
  const columns = await readColumns(path, directory);
  await writeLines(workKeys.columns(importId), jsonLines([columns]));
  const rows = Object.keys(columns.columnMapping).length;
  return {
    format: columnsFormat,
    rows: rowCountsSchema.parse({ read: rows, additions: rows, rejected: 0 }),
    products: 0,
    chunks: 0,
    manifestKey: workKeys.manifest(importId),
    problems: { errors: 0, warnings: 0, top: [] },
    columns: false,
  };
}

const jsonLines = (items: readonly unknown[]) => Buffer.from(items.map((item) => `${JSON.stringify(item)}\n`).join(''));
