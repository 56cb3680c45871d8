import { stat } from 'node:fs/promises';
import { CsvError } from 'csv-parse';
import { parse as parseSync } from 'csv-parse/sync';
import { limits } from '../limits.ts';
import type { SourceRow } from './cells.ts';
import { csvOptions, readDelimitedRows } from './delimited-rows.ts';
import { decoded, detectEncoding, pieceBytes, readStart, type TextEncoding } from './text-encoding.ts';

const delimiters = [',', ';', '\t', '|'] as const;
type Delimiter = (typeof delimiters)[number];

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
  const { size } = await stat(path);
  const pieces = decoded(path, new TextDecoder(encoding));
  const text = { pieces, pieceCount: size / pieceBytes, delimiter, declared: declared !== null };
  return { encoding, delimiter, damaged, rows: readDelimitedRows(text) };
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
    const score = judge(rows) + evenness(rows) / 2 + Math.min(widest, 100) / 1000;
    if (score > best.score) best = { delimiter, score };
  }
  return best.delimiter;
}

/** How many of the rows are as wide as the first, of 1: where no header is known, a comma in the texts cuts them anywhere. */
function evenness(rows: string[][]): number {
  const width = rows[0]?.length ?? 0;
  return width < 2 ? 0 : rows.filter((row) => row.length === width).length / rows.length;
}

function sampleRows(sample: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  try {
    parseSync(sample, {
      ...csvOptions,
      delimiter,
      to: limits.headerSearchRows,
      on_record: (row: string[]) => {
        // Wider ones are refused when the rows are read.
        rows.push(row.slice(0, limits.columns));
        return null;
      },
    });
  } catch (error) {
    // The sample ends anywhere, within quotes too: the rows before its end are what is asked for.
    if (!(error instanceof CsvError)) throw error;
  }
  return rows;
}
