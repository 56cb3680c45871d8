import { identifyingFields } from '../../../schema/fields/fields.ts';
import { EmptySpreadsheetError, NoUsableHeaderError, SpreadsheetTooLargeError } from '../../../workflows/errors.ts';
import type { Convention } from '../headers/conventions/convention.ts';
import { template } from '../headers/conventions/index.ts';
import { findHeader } from '../headers/find-header.ts';
import { guessColumns } from '../headers/guess/guess-columns.ts';
import { likelyHeader } from '../headers/guess/likely-header.ts';
import { unknownHeader, withoutPrice } from '../headers/guess/refuse-columns.ts';
import type { Layout, LayoutSettings } from '../headers/layout.ts';
import { readLayout } from '../headers/read-layout.ts';
import { limits } from '../limits.ts';
import { type Problem, type ProblemCode, problem } from '../problems.ts';
import { type Cells, type SourceRow, type SourceSheet, shownText, tooManyCells } from '../sheets/cells.ts';
import type { OpenSpreadsheet } from '../sheets/open-spreadsheet.ts';
import { aliases, fieldText, identifies, productKey, rowKind } from './product-key.ts';
import type { RowSpool } from './row-spool.ts';

/** Names of sheets that explain the file, with examples that look like products. */
const aboutTheFile =
  /^(instructions?|read ?me|help|how to|guide|guidelines|legend|definitions?|valid values|data dictionary)\b/i;

/** A sheet's first rows, among which the header is, and all of its rows again from the first. */
type Opened = { first: SourceRow[]; rest: AsyncGenerator<SourceRow[]> };
type Read = { format: string; rows: number; layouts: Layout[] };

type Sink = {
  report: (problem: Problem) => Promise<void>;
  /** The code of a product that a row asks to leave as it is. */
  ignored: (code: string) => void;
  /** The columns of a sheet with rows below its header, whether it is read or refused. */
  columns: (layout: Layout, below: readonly Cells[]) => void;
};

/**
 * Reads the rows of every sheet that has a header of products into the spool, joined by product. Where none has, the
 * first sheet with what may be a header is read by what its cells look like; it is refused where they do not say enough.
 */
export async function readSheets(
  spreadsheet: OpenSpreadsheet,
  spool: RowSpool,
  settings: LayoutSettings,
  sink: Sink,
): Promise<Read> {
  const { report } = sink;
  const layouts: Layout[] = [];
  const skipped: SourceSheet[] = [];
  let unread: (Opened & { sheet: SourceSheet; row: SourceRow }) | null = null;
  let rows = 0;
  let cells = 0;
  let content = false;
  let known = 0;
  let format = '';
  const read = async (layout: Layout, rest: Opened['rest'], found: readonly Problem[]) => {
    for (const one of found) await report(one);
    layouts.push(layout);
    const reader = new RowReader(layout, layouts.length - 1, spool, sink.ignored);
    for await (const batch of rest) {
      for (const row of batch) {
        if (row.number <= layout.headerRow) continue;
        rows += 1;
        if (rows > limits.rows)
          throw new SpreadsheetTooLargeError(`The file has more than ${limits.rows} rows of products.`);
        cells += row.cells.length;
        if (cells > limits.cells) throw tooManyCells();
        const problemFound = reader.add(row);
        if (problemFound !== null) await report(problemFound);
      }
    }
  };
  for (const sheet of spreadsheet.sheets) {
    if (sheet.hidden) {
      skipped.push(sheet);
      continue;
    }
    const opened = await readFirstRows(sheet.rows);
    const { first, rest } = opened;
    content ||= first.length > 0;
    const header = aboutTheFile.test(sheet.name) ? null : findHeader(first, settings.columnMapping);
    if (header === null) {
      if (first.length > 0) {
        skipped.push(sheet);
        const row = aboutTheFile.test(sheet.name) ? null : likelyHeader(first);
        if (row !== null) unread ??= { sheet, row, ...opened };
      }
      continue;
    }
    const found: Problem[] = [];
    const layout = readColumns(sheet, header, settings, found);
    if (layout.index.title === undefined && layouts.some(({ index }) => index.title !== undefined)) {
      // A second table about the same products, e.g. of stock or of prices per country, is none of its own.
      skipped.push(sheet);
      continue;
    }
    const guessed = guessColumns(layout, below(first, layout), settings.columnMapping, (one) => found.push(one));
    sink.columns(guessed, below(first, guessed));
    if (header.known > known) {
      known = header.known;
      format = header.convention.name;
    }
    await read(guessed, rest, found);
  }
  if (layouts.length === 0 && spreadsheet.sheets.length > 0 && spreadsheet.sheets.every(({ hidden }) => hidden)) {
    throw new NoUsableHeaderError('All sheets of the workbook are hidden; show the one with the products.');
  }
  if (!content) throw new EmptySpreadsheetError('The spreadsheet has no rows.');
  if (layouts.length === 0) {
    if (unread === null)
      throw new NoUsableHeaderError(
        'No row of the spreadsheet is a header of products: expected columns such as SKU, Title, Price and Image 1.',
      );
    const { sheet, row, first, rest } = unread;
    const found: Problem[] = [];
    const layout = readColumns(sheet, { row, convention: template }, settings, found);
    const guessed = guessColumns(layout, below(first, layout), settings.columnMapping, (one) => found.push(one));
    sink.columns(guessed, below(first, guessed));
    if (!describesProducts(guessed)) throw unknownHeader(guessed);
    format = template.name;
    skipped.splice(skipped.indexOf(sheet), 1);
    await read(guessed, rest, found);
  }
  const refusal = withoutPrice(layouts);
  if (refusal !== null) throw refusal;
  if (rows === 0) throw new EmptySpreadsheetError('The spreadsheet has a header but no row of products below it.');
  if (spreadsheet.damaged)
    await report(
      ofSheet(
        'invalid_characters',
        '',
        'Some bytes are no UTF-8; they are shown as \uFFFD. Save the file as “CSV UTF-8”.',
      ),
    );
  for (const sheet of skipped) await report(skippedSheet(sheet));
  spool.join();
  return { format, rows, layouts };
}

function readColumns(
  sheet: SourceSheet,
  { row, convention }: { row: SourceRow; convention: Convention },
  settings: LayoutSettings,
  found: Problem[],
): Layout {
  return readLayout(sheet.name, row.number, row.cells, convention, settings, (one) => found.push(one));
}

const below = (rows: readonly SourceRow[], { headerRow }: Layout) =>
  rows.flatMap(({ number, cells }) => (number > headerRow ? [cells] : []));

/** Whether the columns name products, and tell them apart or say what they cost or look like. */
function describesProducts({ index, columns }: Layout): boolean {
  const held = new Set(columns.map((column) => column?.match?.field));
  return (
    index.title !== undefined &&
    [...identifyingFields, 'code' as const, 'price' as const, 'image' as const].some((field) => held.has(field))
  );
}

function skippedSheet({ name, hidden }: SourceSheet): Problem {
  return hidden
    ? ofSheet('hidden_sheet_skipped', name, `The sheet “${name}” is hidden and was not read.`)
    : ofSheet('sheet_skipped', name, `The sheet “${name}” has no header of products and was not read.`);
}

function ofSheet(code: ProblemCode, sheet: string, message: string): Problem {
  return problem(code, { sheet, row: null, column: null, value: null, message });
}

async function readFirstRows(batches: AsyncGenerator<SourceRow[]>): Promise<Opened> {
  const first: SourceRow[] = [];
  while (first.length < limits.headerSearchRows) {
    const { done, value } = await batches.next();
    if (done) break;
    first.push(...value);
  }
  async function* rest(): AsyncGenerator<SourceRow[]> {
    yield first;
    yield* batches;
  }
  return { first, rest: rest() };
}

/** Gives each row of one sheet to its product. */
class RowReader {
  readonly #layout: Layout;
  readonly #index: number;
  readonly #spool: RowSpool;
  readonly #ignored: (code: string) => void;
  #begun = false;
  #codesFromTitles = false;

  constructor(layout: Layout, index: number, spool: RowSpool, ignored: (code: string) => void) {
    this.#layout = layout;
    this.#index = index;
    this.#spool = spool;
    this.#ignored = ignored;
  }

  /** Adds a row; a problem of the row that keeps it out of any product, or of the sheet, is returned. */
  add(row: SourceRow): Problem | null {
    const layout = this.#layout;
    if (repeatsHeader(layout, row)) return null;
    const command = fieldText(layout, row.cells, 'command').toUpperCase();
    if (command === 'IGNORE') {
      const named = productKey(layout, row.cells);
      if (named.kind === 'product') this.#ignored(named.key);
      return this.#problem(row, 'row_ignored', 'The row’s command is IGNORE; it was not read.');
    }
    if (rowKind(layout, row.cells) === 'ignored') {
      const type = fieldText(layout, row.cells, 'rowType');
      return this.#problem(
        row,
        'row_ignored',
        `The row is a “${type}”, neither a product nor a variant; it was not read.`,
      );
    }
    const found = productKey(layout, row.cells);
    const spooled = { layout: this.#index, number: row.number, cells: row.cells };
    if (found.kind === 'continuation' && this.#begun) this.#spool.continue(spooled);
    // Without a code it is a product of its own, which is rejected for want of one.
    else this.#spool.add(found.kind === 'product' ? found.key : null, spooled);
    this.#begun = true;
    if (found.kind !== 'product') return null;
    for (const alias of aliases(layout, row.cells, found.key)) this.#spool.alias(alias, found.key);
    if (this.#codesFromTitles || identifies(layout)) return null;
    this.#codesFromTitles = true;
    return this.#problem(
      row,
      'code_from_title',
      'No column identifies the products (Handle, Code or SKU): their codes are made of their titles, and a changed title is a new product.',
    );
  }

  #problem(row: SourceRow, code: ProblemCode, message: string): Problem {
    return problem(code, { sheet: this.#layout.sheet, row: row.number, column: null, value: null, message });
  }
}

/** Price lists repeat their header on every printed page. */
function repeatsHeader(layout: Layout, { cells }: SourceRow): boolean {
  return cells.every((cell, index) => cell === null || shownText(cell).trim() === layout.columns[index]?.header);
}
