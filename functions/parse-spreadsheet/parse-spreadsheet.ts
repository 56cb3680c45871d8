import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SpreadsheetTooLargeError } from '../../workflows/errors.ts';
import type { ParsedSpreadsheet } from '../../workflows/payloads/import-states.ts';
import type { ImportedProduct, ImportedSheet } from '../../workflows/payloads/product.ts';
import type { ProblemCode } from '../shared/report/problem-kinds.ts';
import { readSheets } from './grouping/group-rows.ts';
import { JoinedSheets } from './grouping/join-sheets.ts';
import { fieldText } from './grouping/product-key.ts';
import { RowSpool, type SpooledRow } from './grouping/row-spool.ts';
import { separateItems } from './grouping/separate-items.ts';
import type { Layout, LayoutSettings } from './headers/layout.ts';
import { bestHeader } from './headers/recognise-header.ts';
import { defaultImageLimit, limits } from './limits.ts';
import { type Problem, problem } from './problems.ts';
import { type BuiltProduct, buildProduct } from './products/build-product.ts';
import { noRows } from './products/product-rows.ts';
import type { GroupRow, RejectedRow } from './products/row-values.ts';
import { rowsSize } from './products/rows-size.ts';
import { ProblemCounts } from './reports/problem-counts.ts';
import { RowErrors } from './reports/row-errors.ts';
import { RowOutcomes } from './reports/row-outcomes.ts';
import type { Cells } from './sheets/cells.ts';
import { openSpreadsheet } from './sheets/open-spreadsheet.ts';
import { shorten } from './values/shorten.ts';

export type ParseOptions = LayoutSettings & {
  /** Images of one product; the rest is reported. Default 20. */
  imageLimit?: number;
  /** Where images lie that are given as names or paths. */
  imageBaseUrl?: string | null;
};

/** Takes what a spreadsheet holds, as it is found. */
export type ParseSink = {
  product: (product: ImportedProduct, json: string) => Promise<void> | void;
  problem: (problem: Problem) => Promise<void> | void;
  /** One of the sheets that are read, in their order, before any product. */
  sheet?: (sheet: ImportedSheet) => Promise<void> | void;
  /** The columns of a sheet as they are read, with its first rows; before the file is refused for them, too. */
  columns?: (layout: Layout, below: readonly Cells[]) => void;
  rejectedRow: (row: RejectedRow) => Promise<void> | void;
  /** The code of a product that a row asks to leave as it is. */
  ignoredCode?: (code: string) => void;
};

export type ParseResult = Omit<ParsedSpreadsheet, 'chunks' | 'manifestKey' | 'columns'>;

/** Problems of a column rather than of a cell: reported for its first cell only. */
const oncePerColumn = new Set<ProblemCode>(['unit_assumed', 'values_without_header', 'same_title']);
/** Problems of the file: reported for the first product with this value only. */
const oncePerFile = new Set<ProblemCode>(['other_currency']);

/**
 * Reads the spreadsheet at `path` and hands its products, in the order of their first rows, its problems and its rejected
 * rows to `sink`. Knows neither S3 nor a database. Rows of large files go through a temporary file (see {@link RowSpool}): memory
 * does not grow with the file. Throws a subclass of ImportRefusedError where the file as a whole cannot be imported.
 */
export async function parseSpreadsheet(path: string, options: ParseOptions, sink: ParseSink): Promise<ParseResult> {
  const directory = await mkdtemp(join(tmpdir(), 'parse-spreadsheet-'));
  const spool = new RowSpool(join(directory, 'rows.jsonl'));
  const counts = new ProblemCounts();
  const reported = new Set<string>();
  let nameless: { first: Problem; count: number } | null = null;
  const report = async (found: Problem) => {
    if (found.code === 'images_without_address') {
      nameless = { first: nameless?.first ?? found, count: (nameless?.count ?? 0) + 1 };
      return;
    }
    if (oncePerColumn.has(found.code) || oncePerFile.has(found.code)) {
      const about = oncePerFile.has(found.code) ? found.value : `${found.sheet}\n${found.column}`;
      const once = `${found.code}\n${about}`;
      if (reported.has(once)) return;
      reported.add(once);
    }
    counts.add(found);
    await sink.problem(found);
  };
  try {
    const spreadsheet = await openSpreadsheet(path, directory, (rows) => bestHeader(rows, options.columnMapping));
    try {
      const outcomes = new RowOutcomes();
      const read = await readSheets(spreadsheet, spool, options, {
        report,
        skipped: (why) => outcomes.skip(why),
        ignored: (code) => sink.ignoredCode?.(code),
        columns: (layout, below) => sink.columns?.(layout, below),
      });
      const sheets = new JoinedSheets(read.layouts);
      for (const { speech } of sheets.layouts) await sink.sheet?.(speech.sheet);
      const products = await emitProducts(spool, sheets, options, sink, report, outcomes);
      const told = toldOnce(nameless);
      if (told !== null) {
        counts.add(told);
        await sink.problem(told);
      }
      return { format: read.format, rows: outcomes.summary(read.rows), products, problems: counts.summary() };
    } finally {
      spreadsheet.close();
    }
  } finally {
    spool.close();
    await rm(directory, { recursive: true, force: true });
  }
}

/** Thousands of images without an address are one problem, which one setting cures. */
function toldOnce(nameless: { first: Problem; count: number } | null): Problem | null {
  if (nameless === null) return null;
  const { first, count } = nameless;
  return { ...first, message: `${first.message} ${count} ${count === 1 ? 'image is' : 'images are'} left out.` };
}

async function emitProducts(
  spool: RowSpool,
  sheets: JoinedSheets,
  options: ParseOptions,
  sink: ParseSink,
  report: (problem: Problem) => Promise<void>,
  outcomes: RowOutcomes,
): Promise<number> {
  const settings = {
    currency: options.currency,
    locale: options.locale,
    imageLimit: options.imageLimit ?? defaultImageLimit,
    imageBaseUrl: options.imageBaseUrl ?? null,
  };
  let products = 0;
  let size = 0;
  const layoutOf = (row: SpooledRow) => {
    const layout = sheets.layouts[row.layout];
    if (layout === undefined) throw new Error(`No layout ${row.layout} for row ${row.number}`);
    return layout;
  };
  /** Returns why the product was rejected; null where it is one. */
  const emit = async (code: string | null, rows: readonly SpooledRow[], more: number): Promise<ProblemCode | null> => {
    const groupRows = rows.map(
      (row): GroupRow => ({ layout: layoutOf(row), sheet: row.layout, number: row.number, cells: row.cells }),
    );
    const ownSize = rowsSize(groupRows);
    size += ownSize;
    if (size > limits.expansionFrom && size > limits.expansion * spool.bytes) throw expandsTooMuch();
    const built =
      more > 0
        ? tooManyRows(code, groupRows, more)
        : ownSize > limits.productCharacters
          ? tooLarge(code, groupRows)
          : buildProduct(code, groupRows, settings);
    for (const found of built.problems) await report(found);
    outcomes.place(built.placed);
    const why = built.rejected.length > 0 ? await reject(built, code, more) : null;
    if (built.product === null) return why;
    products += 1;
    await sink.product(built.product, built.json);
    return null;
  };
  const reject = async ({ rejected, problems }: BuiltProduct, code: string | null, more: number) => {
    const errors = new RowErrors(problems);
    if (errors.first === undefined) throw new Error(`Rows of “${code}” were rejected without an error`);
    for (const row of rejected) {
      outcomes.reject((errors.of(row)[0] ?? errors.first).code);
      await sink.rejectedRow({ ...row, problems, code });
    }
    if (more > 0) outcomes.reject(errors.first.code, more);
    return errors.first.code;
  };
  for (const { code, rows: found, more } of spool.read(limits.rowsPerProduct)) {
    const rows = more > 0 ? found : sheets.join(found);
    if (rows.length === 0) {
      outcomes.skip('rows_without_product', found.length);
      continue;
    }
    const items = more > 0 ? null : separateItems(code, rows, layoutOf);
    let why: ProblemCode | null = null;
    if (items === null) why = await emit(code, rows, more);
    else {
      await report(sameTitle(rows, items.length, layoutOf));
      for (const item of items) why = await emit(freeCode(item.code, code, spool), item.rows, 0);
    }
    const ofOtherSheets = found.length - rows.length;
    if (why === null) outcomes.add(ofOtherSheets);
    else if (ofOtherSheets > 0) outcomes.reject(why, ofOtherSheets);
  }
  for (const found of sheets.problems()) await report(found);
  return products;
}

/** A code that no other product has: a supplier may have typed the one that was made. */
function freeCode(code: string, own: string | null, spool: RowSpool): string {
  if (code === own) return code;
  let free = code;
  for (let number = 2; !spool.claim(free); number += 1) free = `${code}:${number}`;
  return free;
}

function sameTitle(rows: readonly SpooledRow[], products: number, layoutOf: (row: SpooledRow) => Layout): Problem {
  const [first] = rows;
  const layout = first && layoutOf(first);
  const column = layout?.columns[layout.index.title ?? -1]?.header ?? null;
  const title = first && layout ? fieldText(layout, first.cells, 'title') : '';
  return problem('same_title', {
    sheet: layout?.sheet ?? '',
    row: first?.number ?? null,
    column,
    value: title,
    message: `${products} products are called “${title}” and differ in other columns: each stays a product of its own, as do others in the file. Give them a column of codes (SKU), which a new price or title does not change.`,
  });
}

function tooManyRows(code: string | null, rows: GroupRow[], more: number): BuiltProduct {
  const message = `${rows.length + more} rows share the code “${code ?? ''}”; a product has at most ${limits.rowsPerProduct}, and ${limits.bytesPerProduct} bytes of text. The column that identifies products is probably another.`;
  return rejectedWhole('too_many_rows', code, rows, message);
}

function tooLarge(code: string | null, rows: GroupRow[]): BuiltProduct {
  const message = `The rows of the product “${shorten(code ?? '', limits.indexedCharacters)}” and the headers of their cells have more than ${limits.productCharacters} characters. Split the product, or shorten its headers.`;
  return rejectedWhole('product_too_large', code, rows, message);
}

function rejectedWhole(kind: ProblemCode, code: string | null, rows: GroupRow[], message: string): BuiltProduct {
  const [first] = rows;
  const at = { sheet: first?.layout.sheet ?? '', row: first?.number ?? null, column: null, value: code, message };
  return { product: null, json: '', problems: [problem(kind, at)], placed: noRows, rejected: rows };
}

function expandsTooMuch(): SpreadsheetTooLargeError {
  return new SpreadsheetTooLargeError(
    `The products of the file come to more than ${limits.expansion} times the text of its rows, since each repeats the headers of its columns. Shorten the headers, or split the file.`,
  );
}
