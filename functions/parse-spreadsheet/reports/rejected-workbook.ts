import type ExcelJS from 'exceljs';
import type { Layout } from '../headers/layout.ts';
import type { Problem } from '../problems.ts';
import type { RejectedRow } from '../products/row-values.ts';
import type { Cell, Cells } from '../sheets/cells.ts';
import { columnLetters } from '../sheets/column-letters.ts';
import type { SpoolFile } from '../spool/spool-file.ts';
import { cellText, longestCell } from './cell-text.ts';
import { RowErrors } from './row-errors.ts';

/** Header of the added column; the template's dictionary ignores it when the corrected file comes back. */
const problemsHeader = 'Import problems';
/** Excel's maximum is 1,048,576. */
const rowsPerSheet = 1_000_000;
/** Cells with a comment: each is a drawing, of which spreadsheet programs take thousands but not millions. */
const maximumComments = 10_000;

const highlighted: ExcelJS.Fill = { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFFFC7CE' } };

type Line = { layout: number; cells: Cells; reason: string; marks: [number, string][] };

/** Collects rejected rows in a spool and makes a workbook of them: their sheets, their columns, what is wrong where. */
export class RejectedWorkbook {
  readonly #spool: SpoolFile;
  readonly #layouts: Layout[] = [];
  /** Of each layout, columns of its widest row: the added column stands beyond. */
  readonly #widths: number[] = [];
  #errors: { problems: readonly Problem[]; ofRow: RowErrors } | undefined;

  constructor(spool: SpoolFile) {
    this.#spool = spool;
  }

  get isEmpty(): boolean {
    return this.#layouts.length === 0;
  }

  async add(row: RejectedRow): Promise<void> {
    let layout = this.#layouts.indexOf(row.layout);
    if (layout < 0) layout = this.#layouts.push(row.layout) - 1;
    this.#widths[layout] = Math.max(this.#widths[layout] ?? row.layout.columns.length, row.cells.length);
    // Those of one product come one after the other.
    if (this.#errors?.problems !== row.problems)
      this.#errors = { problems: row.problems, ofRow: new RowErrors(row.problems) };
    const { ofRow } = this.#errors;
    const own = ofRow.of(row);
    const reason = reasonOf(own, ofRow.first);
    const line: Line = { layout, cells: row.cells, reason, marks: marksOf(own, row.layout) };
    await this.#spool.write(`${JSON.stringify(line)}\n`);
  }

  /** Writes the workbook to `path`, one sheet after the other, since exceljs buffers what is not the current sheet. */
  async write(path: string): Promise<void> {
    await this.#spool.end();
    // Loaded by the files that need it: a fifth of a second.
    const { stream } = (await import('exceljs')).default;
    const workbook = new stream.xlsx.WorkbookWriter({ filename: path, useStyles: true });
    let comments = 0;
    const names = new Set<string>();
    for (const [index, layout] of this.#layouts.entries()) {
      const width = this.#widths[index] ?? layout.columns.length;
      let sheet = addSheet(workbook, layout, width, names);
      let rows = 0;
      for await (const text of this.#spool.lines()) {
        const line: Line = JSON.parse(text);
        if (line.layout !== index) continue;
        if (rows === rowsPerSheet) {
          sheet.commit();
          sheet = addSheet(workbook, layout, width, names);
          rows = 0;
        }
        rows += 1;
        comments += addRow(sheet, layout, width, line, comments < maximumComments);
      }
      sheet.commit();
    }
    await workbook.commit();
  }
}

function addSheet(
  workbook: ExcelJS.stream.xlsx.WorkbookWriter,
  layout: Layout,
  width: number,
  names: Set<string>,
): ExcelJS.Worksheet {
  const base =
    layout.sheet
      .replace(/[\\/*?:[\]]/g, ' ')
      .slice(0, 27)
      .replace(/^'+|'+$/g, '') || 'Rejected';
  let name = base;
  for (let number = 2; names.has(name.toLowerCase()); number += 1) name = `${base} ${number}`;
  names.add(name.toLowerCase());
  const sheet = workbook.addWorksheet(name, { views: [{ state: 'frozen', ySplit: 1 }] });
  const header = sheet.addRow([
    ...layout.columns.map((column) =>
      column?.match?.field === 'ignored' && column.header === problemsHeader ? null : column && cellText(column.header),
    ),
  ]);
  header.getCell(width + 1).value = problemsHeader;
  header.font = { bold: true };
  header.commit();
  return sheet;
}

/** Returns the number of comments added. */
function addRow(sheet: ExcelJS.Worksheet, layout: Layout, width: number, line: Line, commented: boolean): number {
  const row = sheet.addRow([]);
  for (const [index, cell] of line.cells.entries()) {
    const isReason = layout.columns[index]?.header === problemsHeader;
    if (cell !== null && !isReason) setCell(row.getCell(index + 1), cell);
  }
  const cut = line.cells.flatMap((cell, index) =>
    typeof cell === 'string' && cell.length > longestCell ? [columnLetters(index)] : [],
  );
  const cutNote =
    cut.length === 0 ? '' : `\nCut to the ${longestCell} characters that a cell holds: column ${cut.join(', ')}`;
  row.getCell(width + 1).value = cellText(`${line.reason}${cutNote}`);
  for (const [index, message] of line.marks) {
    const cell = row.getCell(index + 1);
    cell.fill = highlighted;
    if (commented) cell.note = cellText(message);
  }
  row.commit();
  return commented ? line.marks.length : 0;
}

/** ISO 8601 of a date, a time of day or both; Excel's day before the first is that of a time. */
function dateTime(text: string): string {
  if (text.length === 'hh:mm:ss'.length) return `1899-12-30T${text}`;
  return text.length === 'yyyy-mm-dd'.length ? `${text}T00:00:00` : text;
}

const errorValues = ['#N/A', '#REF!', '#NAME?', '#DIV/0!', '#NULL!', '#VALUE!', '#NUM!'] as const;

function setCell(into: ExcelJS.Cell, cell: Cell): void {
  if (typeof cell === 'string') {
    into.value = cellText(cell);
    into.numFmt = '@';
  } else if (typeof cell !== 'object') into.value = cell;
  else if ('n' in cell) {
    into.value = cell.n;
    into.numFmt = cell.f;
  } else if ('d' in cell) {
    const date = new Date(`${dateTime(cell.d)}Z`);
    into.value = Number.isNaN(date.getTime()) ? cell.d : date;
    into.numFmt = cell.f;
  } else if ('l' in cell) into.value = { text: cellText(cell.t), hyperlink: cellText(cell.l) };
  else {
    const error = errorValues.find((value) => value === cell.e);
    into.value = error === undefined ? null : { error };
  }
}

/** The row's own errors or, for a row that is rejected with its product, the product's first. */
function reasonOf(own: readonly Problem[], first: Problem | undefined): string {
  if (own.length > 0)
    return own.map(({ column, message }) => (column === null ? message : `${column}: ${message}`)).join('\n');
  return first === undefined ? '' : `Rejected together with row ${first.row} of the same product: ${first.message}`;
}

function marksOf(own: readonly Problem[], layout: Layout): [number, string][] {
  const marks = new Map<number, string>();
  for (const { column, message } of own) {
    const index = layout.columns.findIndex(
      (candidate, position) => (candidate?.header ?? columnLetters(position)) === column,
    );
    if (index >= 0) marks.set(index, [marks.get(index), message].filter(Boolean).join('\n'));
  }
  return [...marks];
}
