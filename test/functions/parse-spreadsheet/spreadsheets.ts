import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import ExcelJS from 'exceljs';
import { onTestFinished } from 'vitest';
import {
  type ParseOptions,
  type ParseResult,
  parseSpreadsheet,
} from '../../../functions/parse-spreadsheet/parse-spreadsheet.ts';
import type { Problem } from '../../../functions/parse-spreadsheet/problems.ts';
import type { RejectedRow } from '../../../functions/parse-spreadsheet/products/row-values.ts';
import { completeProduct } from '../../../functions/write-products/complete-product.ts';
import {
  type CompleteProduct,
  type ImportedProduct,
  type ImportedSheet,
  importedProductSchema,
  importedSheetSchema,
} from '../../../workflows/payloads/product.ts';
import { accountedRows } from '../../../workflows/payloads/summary.ts';

export type Parsed = {
  result: ParseResult;
  /** As they are stored where there was nothing before. */
  products: CompleteProduct[];
  /** As the file speaks of them. */
  said: ImportedProduct[];
  sheets: ImportedSheet[];
  problems: Problem[];
  rejected: RejectedRow[];
};

/** A directory that is gone when the test ends. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'parse-spreadsheet-test-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** Writes `bytes` to a file of the test's own. */
export async function fileOf(bytes: string | Uint8Array, name = 'upload'): Promise<string> {
  const path = join(await temporaryDirectory(), name);
  await writeFile(path, bytes);
  return path;
}

/** Parses a local file; every product is checked against the contract of the chunk files, and that the rows add up. */
export async function parseFile(path: string, options: Partial<ParseOptions> = {}): Promise<Parsed> {
  const said: ImportedProduct[] = [];
  const sheets: ImportedSheet[] = [];
  const problems: Problem[] = [];
  const rejected: RejectedRow[] = [];
  const result = await parseSpreadsheet(
    path,
    { columnMapping: {}, currency: 'USD', locale: 'en-US', ...options },
    {
      product: (product) => void said.push(importedProductSchema.parse(product)),
      sheet: (sheet) => void sheets.push(importedSheetSchema.parse(sheet)),
      problem: (problem) => void problems.push(problem),
      rejectedRow: (row) => void rejected.push(row),
    },
  );
  if (accountedRows(result.rows) !== result.rows.read)
    throw new Error(`Rows that do not add up: ${JSON.stringify(result.rows)}`);
  const file = { currency: options.currency ?? 'USD', feedMode: 'partial' as const };
  const products = said.map((product) => completeProduct(product, undefined, file, sheets));
  return { result, products, said, sheets, problems, rejected };
}

/** Parses the text or bytes of a file. */
export async function parseBytes(bytes: string | Uint8Array, options?: Partial<ParseOptions>): Promise<Parsed> {
  return parseFile(await fileOf(bytes), options);
}

export type Table = ExcelJS.CellValue[][];

/** Parses a table as a csv. */
export function parseTable(table: Table, options?: Partial<ParseOptions>): Promise<Parsed> {
  return parseBytes(stringify(table), options);
}

/** The bytes of a workbook with these sheets; `edit` may format it. */
export async function workbookOf(
  sheets: Record<string, Table>,
  edit: (workbook: ExcelJS.Workbook) => void = () => {},
): Promise<Buffer> {
  const workbook = new ExcelJS.Workbook();
  for (const [name, table] of Object.entries(sheets)) workbook.addWorksheet(name).addRows(table);
  edit(workbook);
  return Buffer.from(await workbook.xlsx.writeBuffer());
}

/** Parses a workbook. */
export async function parseWorkbook(
  sheets: Record<string, Table>,
  edit?: (workbook: ExcelJS.Workbook) => void,
  options?: Partial<ParseOptions>,
): Promise<Parsed> {
  return parseBytes(await workbookOf(sheets, edit), options);
}

/** The only product of a parse. */
export function only({ products }: Parsed): CompleteProduct {
  const [product, other] = products;
  if (product === undefined || other !== undefined) throw new Error(`${products.length} products instead of one`);
  return product;
}

/** A product without its hash and empty values, for comparing what a person would say of it. */
export function said(product: CompleteProduct): Record<string, unknown> {
  const { contentHash: _, sheets: __, images, variants, ...rest } = product;
  const filled = (value: object) =>
    Object.fromEntries(
      Object.entries(value).filter(
        ([, part]) => part !== null && !(typeof part === 'object' && Object.keys(part).length === 0),
      ),
    );
  return {
    ...filled(rest),
    variants: variants.map(filled),
    images: images.map(({ url, alt }) => (alt === null ? url : [url, alt])),
  };
}
