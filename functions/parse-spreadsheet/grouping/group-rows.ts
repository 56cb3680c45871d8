import { type Field, priceFields } from '../../../schema/fields/fields.ts';
import { EmptySpreadsheetError, NoUsableHeaderError, SpreadsheetTooLargeError } from '../../../workflows/errors.ts';
import type { ProblemCode } from '../../shared/report/problem-kinds.ts';
import type { Convention } from '../headers/conventions/convention.ts';
import { template } from '../headers/conventions/index.ts';
import { findHeader } from '../headers/find-header.ts';
import { guessColumns } from '../headers/guess/guess-columns.ts';
import { likelyHeader } from '../headers/guess/likely-header.ts';
import { mayBePrice, unknownHeader, withoutPrice } from '../headers/guess/refuse-columns.ts';
import type { Column, Layout, LayoutSettings } from '../headers/layout.ts';
import { readLayout } from '../headers/read-layout.ts';
import { limits } from '../limits.ts';
import { type Problem, problem } from '../problems.ts';
import { type Cells, type SourceRow, type SourceSheet, tooManyCells } from '../sheets/cells.ts';
import type { OpenSpreadsheet } from '../sheets/open-spreadsheet.ts';
import { joiningField, joiningKey } from './join-sheets.ts';
import { type RowListener, RowReader } from './row-reader.ts';
import type { RowSpool } from './row-spool.ts';

/** Names of sheets that explain the file, with examples that look like products. */
const aboutTheFile =
  /^(instructions?|read ?me|help|how to|guide|guidelines|legend|definitions?|valid values|data dictionary)\b/i;

/** A sheet's first rows, among which the header is, and all of its rows again from the first. */
type Opened = { first: SourceRow[]; rest: AsyncGenerator<SourceRow[]> };
type Read = { format: string; rows: number; layouts: Layout[] };

type Sink = RowListener & {
  report: (problem: Problem) => Promise<void>;
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
  const readProducts = async (place: number, layout: Layout, rest: Opened['rest']) => {
    const reader = new RowReader(layout, place, spool, sink, several);
    await readRows(place, rest, (row) => reader.add(row));
  };
  /** The layout with what its cells say, which goes into columns.xlsx. */
  const guess = async (layout: Layout, first: readonly SourceRow[]): Promise<Layout> => {
    const found: Problem[] = [];
    const guessed = guessColumns(layout, below(first, layout), settings.columnMapping, (one) => found.push(one));
    sink.columns(guessed, below(first, guessed));
    for (const one of found) await report(one);
    return guessed;
  };
  const untitled: (Opened & { place: number })[] = [];
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
    for (const one of found) await report(one);
    if (header.known > known) {
      known = header.known;
      format = header.convention.name;
    }
    // It may say more about the products of a sheet that is still to come: then nothing of it is guessed.
    if (several && layout.index.title === undefined) {
      untitled.push({ place: layouts.push(layout) - 1, ...opened });
      continue;
    }
    const guessed = await guess(layout, first);
    await readProducts(layouts.push(guessed) - 1, guessed, rest);
  }
  const isSupplement = (layout: Layout) =>
    layout.index.title === undefined &&
    joiningField(layout) !== undefined &&
    layouts.some(({ index }) => index.title !== undefined);
  for (const { place, first } of untitled) {
    const layout = layouts[place];
    if (layout === undefined) continue;
    if (isSupplement(layout)) sink.columns(layout, below(first, layout));
    else layouts[place] = await guess(layout, first);
  }
  for (const { place, rest } of untitled) {
    const layout = layouts[place];
    const field = layout && joiningField(layout);
    if (layout === undefined) continue;
    if (field === undefined || !isSupplement(layout)) await readProducts(place, layout, rest);
    else
      await readRows(place, rest, (row) => {
        spool.add(joiningKey(layout, row.cells, field), { layout: place, number: row.number, cells: row.cells });
        return null;
      });
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
    for (const one of found) await report(one);
    const guessed = await guess(layout, first);
    if (!describesProducts(guessed)) throw unknownHeader(guessed);
    format = template.name;
    skipped.splice(skipped.indexOf(sheet), 1);
    await readProducts(layouts.push(guessed) - 1, guessed, rest);
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

/**
 * Whether the columns name products: with a price, a picture or a barcode beside the title, if only by what the cells look
 * like, or a code by its word. Names with numbers or with what merely looks like codes are people and telephones as well.
 */
function describesProducts({ index, columns }: Layout): boolean {
  const saysSo = (column: Column | null) => {
    const field = column?.match?.field;
    if (field === undefined) return mayBePrice(column);
    return ofProducts.has(field) || (!column?.guessed && (field === 'sku' || field === 'code'));
  };
  return index.title !== undefined && columns.some(saysSo);
}

const ofProducts: ReadonlySet<Field> = new Set<Field>([...priceFields, 'image', 'barcode']);

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
