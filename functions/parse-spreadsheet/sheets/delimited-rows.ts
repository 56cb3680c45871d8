import { CsvError, type Options, parse } from 'csv-parse';
import { CorruptSpreadsheetError, SpreadsheetTooLargeError } from '../../../workflows/errors.ts';
import { limits } from '../limits.ts';
import { type SourceRow, storableText, tooManyCells } from './cells.ts';

export const csvOptions = {
  relax_column_count: true,
  // A quote inside an unquoted value is an inch or a typing error, not a quoted value.
  relax_quotes: true,
  skip_empty_lines: true,
  bom: true,
} satisfies Options;

/** Pieces after which it is estimated what the whole file holds: 4 MB. */
const piecesToEstimateFrom = 256;
/** An estimate refuses a file only if it is this many times over a limit. */
const certain = 1.5;

export type DelimitedText = {
  /** The file's text in pieces of a few kilobytes: limits are checked after each. */
  pieces: AsyncGenerator<string>;
  /** How many pieces there are, about. */
  pieceCount: number;
  delimiter: string;
  /** True where the first line is `sep=;`, which is no row. */
  declared: boolean;
};

/**
 * The rows of a delimited text that have content, in batches. A file over a limit is refused while it is read: rows and
 * cells are counted as they come, blank ones too, since they cost as much. Throws subclasses of ImportRefusedError.
 */
export async function* readDelimitedRows({
  pieces,
  pieceCount,
  delimiter,
  declared,
}: DelimitedText): AsyncGenerator<SourceRow[]> {
  let rows: SourceRow[] = [];
  let cells = 0;
  const parser = parse({
    ...csvOptions,
    delimiter,
    from_line: declared ? 2 : 1,
    on_record: (record: string[], { records, empty_lines }) => {
      const number = (declared ? 1 : 0) + records + empty_lines;
      cells += record.length;
      const row = sourceRow(number, record);
      if (row !== null) rows.push(row);
      // Not to be queued in the parser as well.
      return null;
    },
  });
  // Whoever writes is told of an error, too.
  parser.on('error', () => {});
  const rowsSoFar = () => parser.info.records + parser.info.empty_lines;
  const open = new OpenRow();
  let read = 0;
  let before = 0;
  try {
    for await (const piece of pieces) {
      await settled((done) => parser.write(piece, done));
      read += 1;
      const now = rowsSoFar();
      if (now > before) open.end();
      else open.add(piece);
      before = now;
      if (open.characters > limits.rowCharacters) throw await open.refusal(now + 1, pieces);
      const expected = read === piecesToEstimateFrom ? Math.max(1, pieceCount / read / certain) : 1;
      checkTotals(now * expected, cells * expected);
      if (rows.length > 0) yield rows;
      rows = [];
    }
    await settled((done) => parser.end(done));
    checkTotals(rowsSoFar(), cells);
  } catch (error) {
    throw refusalOf(error, rowsSoFar() + 1);
  } finally {
    parser.destroy();
  }
  if (rows.length > 0) yield rows;
}

function settled(work: (done: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => work((error) => (error ? reject(error) : resolve())));
}

/** Null for a blank row. */
function sourceRow(number: number, record: readonly string[]): SourceRow | null {
  if (record.length > limits.columns)
    throw new SpreadsheetTooLargeError(
      `Row ${number} has ${record.length} columns; at most ${limits.columns} are accepted.`,
    );
  let blank = true;
  const cells = record.map((cell) => {
    if (cell === '') return null;
    if (cell.length > limits.cellCharacters)
      throw new SpreadsheetTooLargeError(
        `A cell of row ${number} holds ${cell.length} characters; at most ${limits.cellCharacters} are accepted.`,
      );
    blank &&= cell.trim() === '';
    return storableText(cell.startsWith('"') ? withoutPadding(cell) : cell);
  });
  return blank ? null : { number, cells };
}

/** A quoted cell that is padded behind its closing quote, as tables aligned by hand are; csv-parse leaves its quotes. */
function withoutPadding(cell: string): string {
  const end = cell.trimEnd().length;
  return end < cell.length && end > 1 && cell[end - 1] === '"' ? cell.slice(1, end - 1) : cell;
}

function checkTotals(rows: number, cells: number): void {
  if (rows > limits.lines)
    throw new SpreadsheetTooLargeError(
      `The file has more than ${limits.lines} rows, blank ones included. Delete the blank rows, or split the file.`,
    );
  if (cells > limits.cells) throw tooManyCells();
}

/** The last of an odd number of quotes: two stand for one within a quoted cell. */
const closingQuote = /(?<!")(?:"")*"(?=[^"])/;

/** A row that began in an earlier piece and has not ended. */
class OpenRow {
  /** Quotes at the end of what was looked at: whether one of them closes is seen from what follows. */
  #quotes = '';
  #lines = false;
  #closed = false;
  characters = 0;

  add(piece: string): void {
    this.characters += piece.length;
    this.#lines ||= /[\r\n]/.test(piece);
    this.#look(piece);
  }

  end(): void {
    this.characters = 0;
    this.#lines = false;
    this.#closed = false;
    this.#quotes = '';
  }

  #look(piece: string): void {
    const text = this.#quotes + piece;
    this.#closed ||= closingQuote.test(text);
    this.#quotes = /"*$/.exec(text)?.[0] ?? '';
  }

  /** What is wrong with a row that is too long: a cell of many lines whose quote the rest of the file closes, or does not. */
  async refusal(row: number, rest: AsyncGenerator<string>): Promise<Error> {
    if (!this.#lines)
      return new SpreadsheetTooLargeError(
        `Row ${row} has more than ${limits.rowCharacters} characters, which is the most that is accepted.`,
      );
    for await (const piece of rest) {
      if (this.#closed) break;
      this.#look(piece);
    }
    if (this.#closed || this.#quotes.length % 2 === 1)
      return new SpreadsheetTooLargeError(
        `A cell of row ${row} holds more than ${limits.rowCharacters} characters; at most ${limits.cellCharacters} are accepted.`,
      );
    return neverClosed(row);
  }
}

function neverClosed(row: number, cause?: unknown): CorruptSpreadsheetError {
  const message = `A quote opened in row ${row} is never closed: the file is cut off or a quote is missing.`;
  return new CorruptSpreadsheetError(message, { cause });
}

function refusalOf(error: unknown, row: number): unknown {
  if (!(error instanceof CsvError)) return error;
  if (error.code === 'CSV_QUOTE_NOT_CLOSED') return neverClosed(row, error);
  return new CorruptSpreadsheetError(`Row ${row} cannot be read: ${error.message}`, { cause: error });
}
