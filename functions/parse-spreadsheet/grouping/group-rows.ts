import { identifyingFields } from '../../../schema/fields/fields.ts';
import { EmptySpreadsheetError, NoUsableHeaderError, SpreadsheetTooLargeError } from '../../../workflows/errors.ts';
import type { ProblemCode } from '../../shared/report/problem-kinds.ts';
import { findHeader } from '../headers/find-header.ts';
import type { Layout, LayoutSettings } from '../headers/layout.ts';
import { readLayout } from '../headers/read-layout.ts';
import { limits } from '../limits.ts';
import { type Problem, problem } from '../problems.ts';
import { type SourceRow, type SourceSheet, shownText, tooManyCells } from '../sheets/cells.ts';
import type { OpenSpreadsheet } from '../sheets/open-spreadsheet.ts';
import { isHeading } from './heading-row.ts';
import { joiningField, joiningKey } from './join-sheets.ts';
import { aliases, fieldText, identifies, productKey, rowKind } from './product-key.ts';
import type { RowSpool } from './row-spool.ts';

/** Names of sheets that explain the file, with examples that look like products. */
const aboutTheFile =
  /^(instructions?|read ?me|help|how to|guide|guidelines|legend|definitions?|valid values|data dictionary)\b/i;

type Report = (problem: Problem) => Promise<void>;
type Read = { format: string; rows: number; layouts: Layout[] };

/** Reads the rows of every sheet that has a header of products into the spool, joined by product. */
export async function readSheets(
  spreadsheet: OpenSpreadsheet,
  spool: RowSpool,
  settings: LayoutSettings,
  report: Report,
  ignored: (code: string) => void,
): Promise<Read> {
  const layouts: Layout[] = [];
  const skipped: SourceSheet[] = [];
  let rows = 0;
  let cells = 0;
  let content = false;
  let known = 0;
  let format = '';
  const readRows = async (
    place: number,
    batches: AsyncIterable<SourceRow[]>,
    add: (row: SourceRow) => Problem | null,
  ) => {
    const headerRow = layouts[place]?.headerRow ?? 0;
    for await (const batch of batches) {
      for (const row of batch) {
        if (row.number <= headerRow) continue;
        rows += 1;
        if (rows > limits.rows)
          throw new SpreadsheetTooLargeError(`The file has more than ${limits.rows} rows of products.`);
        cells += row.cells.length;
        if (cells > limits.cells) throw tooManyCells();
        const problemFound = add(row);
        if (problemFound !== null) await report(problemFound);
      }
    }
  };
  const several = spreadsheet.sheets.filter(({ hidden }) => !hidden).length > 1;
  const untitled: { place: number; rest: AsyncIterable<SourceRow[]> }[] = [];
  for (const sheet of spreadsheet.sheets) {
    if (sheet.hidden) {
      skipped.push(sheet);
      continue;
    }
    const { first, rest } = await readFirstRows(sheet.rows);
    content ||= first.length > 0;
    const header = aboutTheFile.test(sheet.name) ? null : findHeader(first, settings.columnMapping);
    if (header === null) {
      if (first.length > 0) skipped.push(sheet);
      continue;
    }
    const found: Problem[] = [];
    const layout = readLayout(sheet.name, header.row.number, header.row.cells, header.convention, settings, (one) =>
      found.push(one),
    );
    for (const one of found) await report(one);
    if (header.known > known) {
      known = header.known;
      format = header.convention.name;
    }
    const place = layouts.push(layout) - 1;
    // It may say more about the products of a sheet that is still to come.
    if (several && layout.index.title === undefined) untitled.push({ place, rest });
    else {
      const reader = new RowReader(layout, place, spool, ignored, several);
      await readRows(place, rest, (row) => reader.add(row));
    }
  }
  const titled = layouts.some(({ index }) => index.title !== undefined);
  for (const { place, rest } of untitled) {
    const layout = layouts[place];
    const field = layout && joiningField(layout);
    if (layout === undefined) continue;
    const reader = new RowReader(layout, place, spool, ignored, several);
    await readRows(place, rest, (row) => {
      if (!titled || field === undefined) return reader.add(row);
      spool.add(joiningKey(layout, row.cells, field), { layout: place, number: row.number, cells: row.cells });
      return null;
    });
  }
  if (layouts.length === 0 && spreadsheet.sheets.length > 0 && spreadsheet.sheets.every(({ hidden }) => hidden)) {
    throw new NoUsableHeaderError('All sheets of the workbook are hidden; show the one with the products.');
  }
  if (!content) throw new EmptySpreadsheetError('The spreadsheet has no rows.');
  if (layouts.length === 0)
    throw new NoUsableHeaderError(
      'No row of the spreadsheet is a header of products: expected columns such as SKU, Title, Price and Image 1.',
    );
  if (rows === 0) throw new EmptySpreadsheetError('The spreadsheet has a header but no row of products below it.');
  if (spreadsheet.damaged)
    await report(
      ofSheet(
        'invalid_characters',
        '',
        'Some bytes are no UTF-8; they are shown as \uFFFD. Save the file as “CSV UTF-8”.',
      ),
    );
  const { encoding } = spreadsheet;
  if (encoding !== null && !/^utf|-1252$/.test(encoding))
    await report(
      ofSheet(
        'encoding_guessed',
        '',
        `The file does not say how its letters are encoded; they were read as ${encoding}. If some look wrong, save the file as “CSV UTF-8”.`,
      ),
    );
  for (const sheet of skipped) await report(skippedSheet(sheet));
  spool.join();
  return { format, rows, layouts };
}

function skippedSheet({ name, hidden }: SourceSheet): Problem {
  return hidden
    ? ofSheet('hidden_sheet_skipped', name, `The sheet “${name}” is hidden and was not read.`)
    : ofSheet('sheet_skipped', name, `The sheet “${name}” has no header of products and was not read.`);
}

function ofSheet(code: ProblemCode, sheet: string, message: string): Problem {
  return problem(code, { sheet, row: null, column: null, value: null, message });
}

/** The rows among which the header is, and all rows again from the first. */
async function readFirstRows(
  batches: AsyncGenerator<SourceRow[]>,
): Promise<{ first: SourceRow[]; rest: AsyncGenerator<SourceRow[]> }> {
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
  /** True where other sheets may name the products of this one by their SKUs. */
  readonly #named: boolean;
  #begun = false;
  #codesFromTitles = false;
  /** The key of the last product. */
  #product: string | null = null;

  constructor(layout: Layout, index: number, spool: RowSpool, ignored: (code: string) => void, named: boolean) {
    this.#named = named;
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
    if (isHeading(layout, row)) {
      const text = row.cells.map(shownText).find((shown) => shown.trim() !== '');
      return this.#problem(
        row,
        'heading_row',
        `“${text}” is a heading or a total between the products; it was not read.`,
      );
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
    if (found.kind === 'product') this.#product = found.key;
    if (found.kind === 'continuation' && this.#begun) this.#spool.continue(spooled);
    // Without a code it is a product of its own, which is rejected for want of one.
    else this.#spool.add(found.kind === 'product' ? found.key : null, spooled);
    this.#begun = true;
    if (this.#named && this.#product !== null)
      for (const field of identifyingFields) {
        const key = joiningKey(layout, row.cells, field);
        if (key !== null) this.#spool.alias(key, this.#product);
      }
    if (found.kind !== 'product') return null;
    for (const alias of aliases(layout, row.cells, found.key)) this.#spool.alias(alias, found.key);
    if (this.#codesFromTitles || found.fromTitle !== true) return null;
    this.#codesFromTitles = true;
    return this.#problem(
      row,
      'code_from_title',
      identifies(layout)
        ? 'Some products have no code or SKU: their codes are made of their titles, and a changed title is a new product.'
        : 'No column identifies the products (Handle, Code or SKU): their codes are made of their titles, and a changed title is a new product.',
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
