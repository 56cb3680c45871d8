import { pipeline, Readable } from 'node:stream';
import { CsvError, type Options, parse } from 'csv-parse';
import { parse as parseSync } from 'csv-parse/sync';
import { CorruptSpreadsheetError, SpreadsheetTooLargeError } from '../../../workflows/errors.ts';
import { limits } from '../limits.ts';
import { type SourceRow, storableText } from './cells.ts';
import { decoded, detectEncoding, readStart, type TextEncoding } from './text-encoding.ts';

const delimiters = [',', ';', '\t', '|'] as const;
type Delimiter = (typeof delimiters)[number];

const csvOptions = {
  relax_column_count: true,
  // A quote inside an unquoted value is an inch or a typing error, not a quoted value.
  relax_quotes: true,
  skip_empty_lines: false,
  max_record_size: limits.rowCharacters,
  bom: true,
} satisfies Options;

const rowsPerBatch = 20;

/** A delimited text file, opened: how it is written and its rows in batches. */
export type DelimitedFile = {
  encoding: TextEncoding;
  delimiter: Delimiter;
  damaged: boolean;
  rows: AsyncGenerator<SourceRow[]>;
};

/**
 * Opens a csv, tsv, semicolon- or pipe-delimited file in UTF-8, UTF-16 or Windows-1252. `judge` says how much of a
 * header the best of the given rows is: the delimiter that makes the best header is the file's.
 */
export async function openDelimited(path: string, judge: (rows: string[][]) => number): Promise<DelimitedFile> {
  const { encoding, damaged } = await detectEncoding(path);
  const sample = await readSample(path, encoding);
  const declared = /^sep=(.)\r?\n/i.exec(sample);
  const delimiter = delimiters.find((candidate) => candidate === declared?.[1]) ?? detectDelimiter(sample, judge);
  return { encoding, delimiter, damaged, rows: readRows(path, encoding, delimiter, declared !== null) };
}

async function readSample(path: string, encoding: TextEncoding): Promise<string> {
  return new TextDecoder(encoding).decode(await readStart(path, 256 * 1024), { stream: true });
}

function detectDelimiter(sample: string, judge: (rows: string[][]) => number): Delimiter {
  let best: { delimiter: Delimiter; score: number } = { delimiter: ',', score: -1 };
  for (const delimiter of delimiters) {
    if (!sample.includes(delimiter)) continue;
    const rows = sampleRows(sample, delimiter);
    const widest = Math.max(0, ...rows.map((row) => row.length));
    const score = judge(rows) + Math.min(widest, 100) / 1000;
    if (score > best.score) best = { delimiter, score };
  }
  return best.delimiter;
}

function sampleRows(sample: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  try {
    parseSync(sample, {
      ...csvOptions,
      delimiter,
      to: limits.headerSearchRows,
      on_record: (row: string[]) => {
        rows.push(row);
        return null;
      },
    });
  } catch (error) {
    // The sample ends anywhere, within quotes too: the rows before its end are what is asked for.
    if (!(error instanceof CsvError)) throw error;
  }
  return rows;
}

async function* readRows(
  path: string,
  encoding: TextEncoding,
  delimiter: Delimiter,
  declared: boolean,
): AsyncGenerator<SourceRow[]> {
  const parser = parse({ ...csvOptions, delimiter, from_line: declared ? 2 : 1 });
  // Errors of any part are thrown by the iteration.
  pipeline(Readable.from(decoded(path, new TextDecoder(encoding))), parser, () => {});
  let number = declared ? 1 : 0;
  let batch: SourceRow[] = [];
  try {
    for await (const record of parser) {
      const row: string[] = record;
      number += 1;
      if (row.length > limits.columns) throw tooWide(number, row.length);
      const cells = row.map((cell) => (cell === '' ? null : checked(cell, number)));
      if (cells.some((cell) => cell !== null && cell.trim() !== '')) batch.push({ number, cells });
      if (batch.length === rowsPerBatch) {
        yield batch;
        batch = [];
      }
    }
  } catch (error) {
    throw refusalOf(error, number + 1);
  }
  if (batch.length > 0) yield batch;
}

function checked(cell: string, row: number): string {
  if (cell.length > limits.cellCharacters) {
    throw new SpreadsheetTooLargeError(
      `A cell of row ${row} holds ${cell.length} characters; at most ${limits.cellCharacters} are accepted.`,
    );
  }
  return storableText(cell);
}

function tooWide(row: number, columns: number): SpreadsheetTooLargeError {
  return new SpreadsheetTooLargeError(`Row ${row} has ${columns} columns; at most ${limits.columns} are accepted.`);
}

function refusalOf(error: unknown, row: number): unknown {
  if (!(error instanceof CsvError)) return error;
  if (error.code === 'CSV_MAX_RECORD_SIZE') {
    return new CorruptSpreadsheetError(
      `Row ${row} does not end: a quote opened there is probably never closed. Close it and drop the file again.`,
      { cause: error },
    );
  }
  if (error.code === 'CSV_QUOTE_NOT_CLOSED') {
    return new CorruptSpreadsheetError(
      `A quote opened in row ${row} is never closed: the file is cut off or a quote is missing.`,
      { cause: error },
    );
  }
  return new CorruptSpreadsheetError(`Row ${row} cannot be read: ${error.message}`, { cause: error });
}
