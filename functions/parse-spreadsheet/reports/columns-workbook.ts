import { traitsOf } from '../../../schema/fields/fields.ts';
import { normaliseHeader } from '../../shared/headers/header-names.ts';
import { shapeNames } from '../headers/guess/column-shapes.ts';
import type { Column, Layout } from '../headers/layout.ts';
import { mappingTargets, targetOf } from '../headers/mapping-targets.ts';
import { type Cells, shownText } from '../sheets/cells.ts';
import { columnLetters } from '../sheets/column-letters.ts';
import { shorten } from '../values/shorten.ts';
import { cellText } from './cell-text.ts';

/** The sheets and headers by which the workbook is read when it comes back. */
export const columnsSheet = 'Columns';
export const aboutSheet = 'About';
export const headerColumn = 'Header';
export const useColumn = 'Use as';
/** A choice that takes a column out of the mapping again. */
export const automatic = 'automatic';

const titles = ['Sheet', 'Column', headerColumn, 'Example 1', 'Example 2', 'Example 3', 'Read as', 'Why', useColumn];
const examples = 3;
const exampleCharacters = 120;

type Sheet = { layout: Layout; examples: string[][] };

/** A column as it is read. */
export type ReadColumn = {
  sheet: string;
  /** Its letters. */
  column: string;
  /** As formulas name it: `C`, and `Prices!C` where the file has several sheets. */
  place: string;
  header: string;
  /** Three of its values at most. */
  examples: string[];
  /** The field's label. */
  readAs: string;
  why: string;
};

/** Collects the columns of a file and makes a workbook of them, in which a person says what each is. */
export class ColumnsWorkbook {
  readonly #columnMapping: Record<string, string>;
  readonly #mapped: Set<string>;
  readonly #sheets: Sheet[] = [];

  constructor(columnMapping: Record<string, string>) {
    this.#columnMapping = columnMapping;
    this.#mapped = new Set(Object.keys(columnMapping).map(normaliseHeader));
  }

  add(layout: Layout, below: readonly Cells[]): void {
    const found = layout.columns.map((_, index) => {
      const texts = new Set<string>();
      for (const cells of below) {
        const text = shownText(cells[index]).trim();
        if (text !== '') texts.add(shorten(text, exampleCharacters));
        if (texts.size === examples) break;
      }
      return [...texts];
    });
    this.#sheets.push({ layout, examples: found });
  }

  /** Whether cells had to say what a column is, or a person has to. */
  get isUnclear(): boolean {
    return this.#sheets.some(({ layout }) =>
      layout.columns.some((column) => column?.guessed === true || column?.proposed !== undefined),
    );
  }

  get isEmpty(): boolean {
    return this.#sheets.length === 0;
  }

  /** Every column of the file, sheet by sheet. */
  get columns(): ReadColumn[] {
    const several = this.#sheets.length > 1;
    return this.#read().map(({ choice: _, ...read }) => ({
      ...read,
      place: several ? `${read.sheet}!${read.column}` : read.column,
    }));
  }

  /** Writes the workbook to `path`. `origin` is what it says its columns are of: the import, and its object's entity tag. */
  async write(path: string, origin: { importId: number; etag: string }): Promise<void> {
    // Loaded by the files that need it: a fifth of a second.
    const { default: ExcelJS } = await import('exceljs');
    const workbook = new ExcelJS.Workbook();
    const sheet = workbook.addWorksheet(columnsSheet, { views: [{ state: 'frozen', ySplit: 1 }] });
    sheet.addRow(titles).font = { bold: true };
    const fields = workbook.addWorksheet('Fields', { state: 'hidden' });
    const choices = [automatic, ...mappingTargets.map(({ target }) => target)];
    for (const choice of choices) fields.addRow([choice]);
    for (const { choice, readAs, why, ...column } of this.#read()) {
      const [first = '', second = '', third = ''] = column.examples;
      const texts = [column.sheet, column.column, column.header, first, second, third].map(cellText);
      const row = sheet.addRow([...texts, readAs, why, choice]);
      row.getCell(titles.length).dataValidation = {
        type: 'list',
        allowBlank: false,
        formulae: [`Fields!$A$1:$A$${choices.length}`],
        showErrorMessage: true,
        error: 'Choose a field from the list.',
      };
    }
    for (const [index, width] of [14, 8, 28, 28, 28, 28, 20, 44, 24].entries())
      sheet.getColumn(index + 1).width = width;
    // Says which import to repeat.
    workbook.addWorksheet(aboutSheet, { state: 'hidden' }).addRows([
      ['import', origin.importId],
      ['etag', origin.etag],
    ]);
    await workbook.xlsx.writeFile(path);
  }

  #read(): (Omit<ReadColumn, 'place'> & { choice: string })[] {
    return this.#sheets.flatMap(({ layout, examples: texts }) =>
      layout.columns.flatMap((column, index) => {
        if (column === null) return [];
        const readAs = column.match === null ? 'an attribute' : traitsOf(column.match.field).label;
        const { header } = column;
        const place = { sheet: layout.sheet, column: columnLetters(index), header, examples: texts[index] ?? [] };
        return [{ ...place, readAs, why: this.#why(column), choice: this.#choice(column) }];
      }),
    );
  }

  #why({ header, match, shape, guessed, proposed }: Column): string {
    if (this.#mapped.has(normaliseHeader(header))) return 'the supplier’s column mapping';
    const looks = shape === undefined ? '' : shapeNames[shape];
    if (guessed) return `its cells: ${looks}`;
    if (match !== null) return 'its header';
    if (proposed !== undefined)
      return `unknown; perhaps ${traitsOf(proposed).label.toLowerCase()}${looks && `: ${looks}`}`;
    return looks === '' ? 'unknown' : `unknown; its cells: ${looks}`;
  }

  /** A guess that comes back as it is is confirmed; what was only proposed stays open until a person chooses. */
  #choice({ header, match, guessed }: Column): string {
    const mapped = Object.entries(this.#columnMapping).find(
      ([name]) => normaliseHeader(name) === normaliseHeader(header),
    );
    if (mapped !== undefined) return cellText(mapped[1]);
    return (guessed && match !== null ? targetOf(match.field) : null) ?? automatic;
  }
}
