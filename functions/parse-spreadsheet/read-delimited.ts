import { createReadStream } from 'node:fs';
import { CsvError, type Options, parse } from 'csv-parse';
import { parse as parseSync } from 'csv-parse/sync';
import { CorruptSpreadsheetError, SpreadsheetTooLargeError } from '../../workflows/errors.ts';
import { type SourceRow, storableText } from './cells.ts';
import { limits } from './limits.ts';
import { detectEncoding, type TextEncoding } from './text-encoding.ts';

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
  const decoder = new TextDecoder(encoding);
  let text = '';
  for await (const chunk of createReadStream(path, { end: 256 * 1024 - 1 }))
    text += decoder.decode(chunk, { stream: true });
  return text;
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
  const decoder = new TextDecoder(encoding);
  const parser = parse({ ...csvOptions, delimiter });
  let number = declared ? 1 : 0;
  let batch: SourceRow[] = [];
  const take = () => {
    for (let row: string[] | null = parser.read(); row !== null; row = parser.read()) {
      number += 1;
      if (row.length > limits.columns) throw tooWide(number, row.length);
      if (row.some((cell) => cell.trim() !== ''))
        batch.push({ number, cells: row.map((cell) => (cell === '' ? null : checked(cell, number))) });
    }
  };
  const failure: { error: Error | null } = { error: null };
  parser.on('error', (error) => {
    failure.error = error;
  });
  const feed = (text: string) => {
    parser.write(text);
    take();
    if (failure.error !== null) throw refusalOf(failure.error, number + 1);
  };
  let first = true;
  for await (const chunk of createReadStream(path, { highWaterMark: 64 * 1024 })) {
    let text = decoder.decode(chunk, { stream: true });
    if (first && declared) text = text.replace(/^sep=.\r?\n/i, '');
    first = false;
    feed(text);
    if (batch.length > 0) yield batch;
    batch = [];
  }
  feed(decoder.decode());
  const ended = new Promise<void>((resolve) => {
    parser.once('end', resolve);
    parser.once('error', () => resolve());
    parser.once('close', () => resolve());
  });
  parser.on('readable', take);
  parser.end();
  take();
  await ended;
  if (failure.error !== null) throw refusalOf(failure.error, number + 1);
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

function refusalOf(error: Error, row: number): Error {
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
