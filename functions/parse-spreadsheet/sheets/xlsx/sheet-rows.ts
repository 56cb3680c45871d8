import { SpreadsheetTooLargeError } from '../../../../workflows/errors.ts';
import { limits } from '../../limits.ts';
import { type Cell, type Cells, cellWithLink, type SourceRow } from '../cells.ts';
import { columnLetters, columnOfAddress } from '../column-letters.ts';
import type { NumberFormats } from './number-formats.ts';
import { readFormula, readText, readValue } from './read-cell.ts';
import type { SharedStrings } from './shared-strings.ts';
import type { Attributes, XmlListener } from './xml-reader.ts';
import { damaged, RichText } from './xml-text.ts';

/** What cells refer to: shared strings by index, number formats by style, hyperlinks by address. */
export type CellSources = {
  strings: Pick<SharedStrings, 'get'>;
  numberFormats: NumberFormats;
  date1904: boolean;
  links: ReadonlyMap<string, string>;
};

/** Gathers the rows of a sheet that have content, from `worksheet > sheetData > row > c > v, f, is`. */
export class SheetRows implements XmlListener {
  readonly #sources: CellSources;
  readonly #sheet: string;
  readonly #richText = new RichText();
  #rows: SourceRow[] = [];
  #insideRows = false;
  #ended = false;
  /** Of shared strings since rows were last taken. */
  #characters = 0;
  // The row and the cell that are being read. Rows and cells without a reference come after the one before.
  #number = 0;
  #cells: Cells | null = null;
  #column = -1;
  #insideCell = false;
  #address: string | undefined;
  #type: string | undefined;
  #style = 0;
  #value: string | undefined;
  #formula: string | undefined;
  #reading: 'value' | 'formula' | 'rich text' | null = null;

  constructor(sources: CellSources, sheet: string) {
    this.#sources = sources;
    this.#sheet = sheet;
  }

  /** True when all rows were read. */
  get ended(): boolean {
    return this.#ended;
  }

  /** The rows that ended since the last call. */
  take(): SourceRow[] {
    const rows = this.#rows;
    this.#rows = [];
    this.#characters = 0;
    return rows;
  }

  open(name: string, depth: number, attributes: () => Attributes): void {
    if (depth === 2) this.#insideRows = name === 'sheetData' && !this.#ended;
    else if (!this.#insideRows) return;
    else if (depth === 3 && name === 'row') this.#openRow(attributes().r);
    else if (depth === 4 && name === 'c') this.#openCell(attributes());
    else if (depth === 5 && this.#insideCell) this.#openContent(name);
    else if (this.#reading === 'rich text') this.#richText.open(name);
  }

  text(text: string): void {
    if (this.#reading === 'value') this.#value += text;
    else if (this.#reading === 'formula') this.#formula += text;
    else if (this.#reading === 'rich text') this.#richText.add(text);
  }

  close(name: string, depth: number): void {
    if (!this.#insideRows) return;
    if (depth === 2) {
      this.#insideRows = false;
      this.#ended = true;
    } else if (depth === 3) this.#closeRow();
    else if (depth === 4 && this.#insideCell) this.#closeCell();
    else if (depth === 5 && this.#insideCell) this.#closeContent();
    else if (this.#reading === 'rich text') this.#richText.close(name);
  }

  #openRow(reference: string | undefined): void {
    this.#number = reference === undefined ? this.#number + 1 : Number(reference);
    if (!(Number.isSafeInteger(this.#number) && this.#number > 0)) throw damaged(`a row numbered ${reference}`);
    this.#cells = [];
    this.#column = -1;
  }

  #closeRow(): void {
    if (this.#cells !== null && this.#cells.length > 0) this.#rows.push({ number: this.#number, cells: this.#cells });
    this.#cells = null;
  }

  #openCell({ r, t, s }: Attributes): void {
    const column = r === undefined ? this.#column + 1 : columnOfAddress(r);
    if (column === undefined) throw damaged(`a cell at ${r}`);
    this.#column = column;
    this.#address = r;
    this.#type = t;
    this.#style = s === undefined ? 0 : Number(s);
    this.#value = undefined;
    this.#formula = undefined;
    this.#insideCell = true;
  }

  #openContent(name: string): void {
    if (name === 'v') {
      this.#value = '';
      this.#reading = 'value';
    } else if (name === 'f') {
      this.#formula = '';
      this.#reading = 'formula';
    } else if (name === 'is') this.#reading = 'rich text';
  }

  #closeContent(): void {
    if (this.#reading === 'rich text') this.#value = this.#richText.take();
    this.#reading = null;
  }

  #closeCell(): void {
    this.#insideCell = false;
    const cell = this.#readCell();
    if (cell === null || this.#cells === null) return;
    if (this.#column >= limits.columns)
      throw new SpreadsheetTooLargeError(
        `Row ${this.#number} reaches column ${columnLetters(this.#column)}; at most ${limits.columns} columns are accepted.`,
      );
    while (this.#cells.length < this.#column) this.#cells.push(null);
    this.#cells[this.#column] = this.#sources.links.size === 0 ? cell : this.#withLink(cell);
  }

  #readCell(): Cell | null {
    const { numberFormats, date1904 } = this.#sources;
    const value = this.#value ?? '';
    if (value === '' && this.#formula === undefined) return null;
    const cell =
      this.#type === 's' ? this.#sharedText(value) : readValue(value, this.#type, numberFormats[this.#style], date1904);
    // Of a text, the type alone says that there is a result: an empty one is often written as nothing.
    return this.#formula === undefined ? cell : readFormula(this.#formula, cell, value !== '' || this.#type === 'str');
  }

  #sharedText(index: string): Cell | null {
    const number = Number(index);
    const text = Number.isInteger(number) ? this.#sources.strings.get(number) : undefined;
    if (text === undefined)
      throw damaged(`cell ${this.#addressOrPlace()} names a text that the workbook does not have`);
    this.#characters += text.length;
    if (this.#characters > limits.rowsCharacters)
      throw new SpreadsheetTooLargeError(
        `The rows of the sheet “${this.#sheet}” repeat long texts too often to be honest.`,
      );
    return readText(text);
  }

  #withLink(cell: Cell): Cell {
    return cellWithLink(cell, this.#sources.links.get(this.#addressOrPlace()));
  }

  #addressOrPlace(): string {
    return this.#address ?? `${columnLetters(this.#column)}${this.#number}`;
  }
}
