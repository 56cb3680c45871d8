import { copyFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { and, eq, sql } from 'drizzle-orm';
import { checkFeed } from '../functions/check-feed/check-feed.ts';
import { parseUpload } from '../functions/parse-spreadsheet/parse-upload.ts';
import type { ReadColumn } from '../functions/parse-spreadsheet/reports/columns-workbook.ts';
import { checkFileType } from '../functions/register-import/file-type.ts';
import { type ChangeCounts, type ChangedProduct, reportChanges } from '../functions/shared/changes/changes-report.ts';
import { productChange } from '../functions/shared/changes/product-change.ts';
import { textRows } from '../functions/shared/database/bulk-insert.ts';
import type { Database, Transaction } from '../functions/shared/database/database.ts';
import { isColumnsFile } from '../functions/shared/imports/columns-file.ts';
import { isCorrection } from '../functions/shared/imports/correction.ts';
import { parseUploadKey, workKeys } from '../functions/shared/imports/object-keys.ts';
import { rejectedCodeSchema } from '../functions/shared/imports/rejected-codes.ts';
import { compareProducts } from '../functions/write-products/compare-products.ts';
import { fieldChanges } from '../functions/write-products/field-changes.ts';
import { storedProduct } from '../functions/write-products/read-stored.ts';
import { storable } from '../functions/write-products/storable.ts';
import { products, suppliers } from '../schema/index.ts';
import type { ParsedSpreadsheet } from '../workflows/payloads/import-states.ts';
import {
  type ImportedProduct,
  type ImportedSheet,
  importedProductSchema,
  importedSheetSchema,
  type ProductChunk,
  productChunkSchema,
} from '../workflows/payloads/product.ts';
import type { RegisteredImport, Upload } from '../workflows/payloads/upload.ts';

export type DryRun = {
  file: string;
  supplier: string;
  format: string;
  rows: ParsedSpreadsheet['rows'];
  /** What each column is read as, and why. */
  columns: ReadColumn[];
  /** What the import would do, had it started now. */
  products: { created: number; updated: number; unchanged: number; deactivated: number };
  /** Products in which each field would change, by the field's label. */
  changes: ChangeCounts;
  problems: ParsedSpreadsheet['problems'];
  /** Local paths of problems.csv, rejected.xlsx and changes.csv, where a folder was given for them. */
  reports: string[];
};

export type DryRunOptions = {
  /** Folder for problems.csv, rejected.xlsx and columns.xlsx. */
  reports?: string;
  /** Header → field, besides what is stored for the supplier. */
  mapping?: Record<string, string>;
};

/** Later than any import there is: what is stored came before this file. */
const unregistered = Number.MAX_SAFE_INTEGER;

/**
 * Parses a spreadsheet with the supplier's settings and compares it with the catalog, by the code of the import itself
 * and in a read-only transaction. Throws the refusal that the import would end with.
 */
export async function dryRun(
  database: Database,
  file: string,
  supplier: string,
  { reports: reportsDirectory, mapping = {} }: DryRunOptions = {},
): Promise<DryRun> {
  const found = await stat(file).catch(() => null);
  if (!found?.isFile()) throw new Error(`Cannot read ${file}: no such file`);
  const { supplierCode, fileName } = parseUploadKey(`${supplier}/${basename(file)}`);
  checkFileType(fileName);
  if (isColumnsFile(fileName)) throw new Error(`${fileName} holds no products: there is nothing to try; drop it`);
  const directory = await mkdtemp(join(tmpdir(), 'supplier-import-dry-run-'));
  try {
    return await database.transaction(
      async (transaction) => {
        const stored = await readSupplier(transaction, supplierCode, fileName);
        const registered = { ...stored, columnMapping: { ...stored.columnMapping, ...mapping } };
        const upload = {
          bucket: 'dry-run',
          key: `${supplierCode}/${fileName}`,
          versionId: 'dry-run',
          objectVersionId: null,
          etag: '',
          size: found.size,
          uploadedAt: new Date().toISOString(),
          sequencer: '0',
        };
        const reports: string[] = [];
        let columns: ReadColumn[] = [];
        const parsed = await parseUpload(
          { upload, import: registered },
          {
            download: (_upload, path) => copyFile(file, path),
            writeLines: (key, lines) => writeBeneath(directory, key, lines),
            writeReport: async (key, path) => {
              if (reportsDirectory === undefined) return;
              await mkdir(reportsDirectory, { recursive: true });
              const report = join(reportsDirectory, basename(key));
              await copyFile(path, report);
              reports.push(report);
            },
            tellColumns: (read) => {
              columns = read;
            },
          },
        );
        const manifest = join(directory, parsed.manifestKey);
        const sheets: ImportedSheet[] = [];
        const sheetsFile = join(directory, workKeys.sheets(registered.importId));
        for await (const sheet of readLines(sheetsFile, (line) => importedSheetSchema.parse(line))) sheets.push(sheet);
        const codes: string[] = [];
        const changed: ChangedProduct[] = [];
        const counts = { created: 0, updated: 0, unchanged: 0, deactivated: 0 };
        for await (const { key } of readLines(manifest, (line): ProductChunk => productChunkSchema.parse(line))) {
          const listed: ImportedProduct[] = [];
          for await (const product of readLines(join(directory, key), (line) => importedProductSchema.parse(line))) {
            listed.push(storable(product));
          }
          codes.push(...listed.map(({ code }) => code));
          const { created, different, changes } = await compareChunk(transaction, registered, upload, listed, sheets);
          changed.push(...changes);
          counts.created += created;
          counts.updated += different - created;
          counts.unchanged += listed.length - different;
        }
        const readProductCodes = async function* () {
          yield* codes;
        };
        const readRejectedCodes = async function* (importId: number) {
          const path = join(directory, workKeys.rejectedCodes(importId));
          yield* readLines(path, (line) => rejectedCodeSchema.parse(line).code);
        };
        const input = { upload, import: registered, parsed };
        const dependencies = { database: transaction, readProductCodes, readRejectedCodes };
        counts.deactivated = (await checkFeed(dependencies, input)).missing;
        if (registered.feedMode === 'full') {
          for await (const code of readRejectedCodes(registered.importId)) codes.push(code);
          const missing = await findMissing(transaction, registered.supplierId, codes);
          changed.push(...missing.map((code) => ({ code, fields: [productChange('active', 'inactive')] })));
        }
        const changes = await reportChanges(changed, async (path) => {
          if (reportsDirectory === undefined) return;
          await mkdir(reportsDirectory, { recursive: true });
          const report = join(reportsDirectory, 'changes.csv');
          await copyFile(path, report);
          reports.push(report);
        });
        const { format, rows, problems } = parsed;
        const counted = { rows, columns, products: counts, changes, problems };
        return { file: fileName, supplier: supplierCode, format, ...counted, reports };
      },
      { accessMode: 'read only' },
    );
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The supplier as it is stored, or as its first upload would create it. */
async function readSupplier(transaction: Transaction, code: string, fileName: string): Promise<RegisteredImport> {
  const [supplier] = await transaction.select().from(suppliers).where(eq(suppliers.code, code));
  return {
    importId: unregistered,
    supplierId: supplier?.id ?? unregistered,
    supplierCode: code,
    feedMode: isCorrection(fileName) ? 'partial' : (supplier?.feedMode ?? 'partial'),
    columnMapping: supplier?.columnMapping ?? {},
    currency: supplier?.currency ?? 'USD',
    locale: supplier?.locale ?? 'en-US',
    executionName: 'dry-run',
    imageBaseUrl: supplier?.imageSettings.baseUrl ?? null,
  };
}

async function compareChunk(
  transaction: Transaction,
  { supplierId, importId, feedMode, currency }: RegisteredImport,
  upload: Upload,
  listed: readonly ImportedProduct[],
  sheets: readonly ImportedSheet[],
): Promise<{ created: number; different: number; changes: ChangedProduct[] }> {
  const file = { supplierId, importId, upload, feedMode, currency };
  const { different, stored } = await compareProducts(transaction, file, listed, async () => sheets);
  const changes = different.map((product) => ({
    code: product.code,
    fields: fieldChanges(storedProduct(stored.get(product.code)), product),
  }));
  return { created: different.filter(({ code }) => !stored.has(code)).length, different: different.length, changes };
}

/** Codes of the active products that a full feed with these codes would deactivate. */
async function findMissing(transaction: Transaction, supplierId: number, codes: readonly string[]): Promise<string[]> {
  const isMissing = sql`${products.code} not in (${textRows(codes)})`;
  const rows = await transaction
    .select({ code: products.code })
    .from(products)
    .where(and(eq(products.supplierId, supplierId), eq(products.status, 'active'), isMissing));
  return rows.map(({ code }) => code);
}

async function writeBeneath(directory: string, key: string, lines: Buffer): Promise<void> {
  const path = join(directory, key);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, lines);
}

async function* readLines<T>(path: string, parse: (line: unknown) => T): AsyncGenerator<T> {
  for (const line of (await readFile(path, 'utf8')).split('\n')) if (line !== '') yield parse(JSON.parse(line));
}
