import { Readable } from 'node:stream';
import ExcelJS, { type Cell as ExcelCell, type Row } from 'exceljs';
import { SpreadsheetTooLargeError } from '../../../../workflows/errors.ts';
import { limits } from '../../limits.ts';
import type { SharedStrings } from './shared-strings.ts';
import { readPlainStrings, withoutPhonetics } from './shared-strings-xml.ts';

/**
 * The parts of exceljs's streaming reader that take one unpacked part of a workbook each. exceljs's own loop over the
 * zip reads it in the order it was written and fails where shared strings, styles or the workbook come after the
 * sheets or are missing, spools sheets to files, and bounds nothing; so the loop is ours (read-xlsx.ts) and exceljs,
 * pinned at 4.4.0, parses. See lib/stream/xlsx/workbook-reader.js.
 */
type ReaderParts = {
  sharedStrings: (string | RichText | null)[] | undefined;
  styles: {
    index?: { numFmt?: Record<string, unknown> };
    getStyleModel: (style: number) => { numFmt?: string } | null;
  };
  workbookRels: { Id: string; Target: string; Type: string }[];
  model: { sheets?: { id: number; name: string; state?: string; rId: string }[] };
  _parseRels: (entry: Readable) => Promise<void>;
  _parseWorkbook: (entry: Readable) => Promise<void>;
  _parseStyles: (entry: Readable) => Promise<void>;
  _parseSharedStrings: (entry: Readable) => AsyncIterable<never>;
  _parseWorksheet: (
    chunks: AsyncIterable<string>,
    sheet: string,
  ) => Iterable<{ value: { parse: () => AsyncIterable<SheetEvent[]> } }>;
};
export type SheetEvent = { eventType: string; value: Row };
export type { ExcelCell, Row };

export type SheetReference = { name: string; hidden: boolean; target: string };
type Part = AsyncGenerator<string>;
type RichText = { richText: { text?: string | null }[] };

/** Excel's maximum is 255; exceljs takes quadratic time to see that a format is no date. */
const longestNumberFormat = 1000;

function plainText(text: string | RichText | null): string {
  return typeof text === 'object' ? (text?.richText.map((run) => run.text ?? '').join('') ?? '') : text;
}

/** exceljs's streaming reader, fed part by part. */
export class WorkbookReader {
  readonly #reader: ReaderParts;

  constructor() {
    const reader: unknown = new ExcelJS.stream.xlsx.WorkbookReader('', {
      worksheets: 'emit',
      sharedStrings: 'cache',
      styles: 'cache',
      hyperlinks: 'ignore',
      entries: 'ignore',
    });
    this.#reader = reader as ReaderParts;
  }

  /** Sheets in the order of their tabs; `target` as the relationship has it. */
  async readWorkbook(workbook: Part, relationships: Part): Promise<SheetReference[]> {
    await this.#reader._parseRels(Readable.from(relationships));
    await this.#reader._parseWorkbook(Readable.from(workbook));
    const targets = new Map(this.#reader.workbookRels.map(({ Id, Target, Type }) => [Id, { Target, Type }]));
    return (this.#reader.model.sheets ?? []).flatMap(({ name, state, rId }) => {
      const relationship = targets.get(rId);
      if (relationship === undefined || !/\/worksheet$/.test(relationship.Type)) return [];
      return [{ name, hidden: state === 'hidden' || state === 'veryHidden', target: relationship.Target }];
    });
  }

  async readStyles(styles: Part): Promise<void> {
    await this.#reader._parseStyles(Readable.from(styles));
    for (const format of Object.values(this.#reader.styles.index?.numFmt ?? {})) {
      if (String(format).length > longestNumberFormat)
        throw new SpreadsheetTooLargeError(`A number format is longer than ${longestNumberFormat} characters.`);
    }
  }

  /** Puts shared strings into `store`: cells then name them by index, as `{ sharedString }`. */
  async readSharedStrings(pieces: Part, store: SharedStrings): Promise<void> {
    for await (const piece of pieces) {
      for (const text of readPlainStrings(piece) ?? (await this.#readAnyStrings(piece))) store.add(text);
      if (store.count > limits.sharedStrings)
        throw new SpreadsheetTooLargeError(`The workbook has more than ${limits.sharedStrings} different texts.`);
    }
    store.end();
  }

  async #readAnyStrings(piece: string): Promise<string[]> {
    const xml = Readable.from([`<sst>${withoutPhonetics(piece)}`]);
    for await (const _ of this.#reader._parseSharedStrings(xml)) {
      // Nothing is emitted for cached strings.
    }
    const texts = (this.#reader.sharedStrings ?? []).map(plainText);
    this.#reader.sharedStrings = undefined;
    return texts;
  }

  /** The number format of a style; undefined where it has none. */
  numberFormat(style: number): string | undefined {
    // As exceljs does: a cell of style 0 has none.
    return style === 0 ? undefined : this.#reader.styles.getStyleModel?.(style)?.numFmt;
  }

  /** The rows of a piece of a sheet. */
  async readRows(piece: string): Promise<Row[]> {
    async function* sheet(): Part {
      yield `<worksheet><sheetData>${piece}</sheetData></worksheet>`;
    }
    const rows: Row[] = [];
    for (const { value } of this.#reader._parseWorksheet(sheet(), '1')) {
      for await (const events of value.parse()) {
        for (const event of events) if (event.eventType === 'row') rows.push(event.value);
      }
    }
    return rows;
  }
}
