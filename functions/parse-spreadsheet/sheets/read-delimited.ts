import { stat } from 'node:fs/promises';
import { CsvError } from 'csv-parse';
import { parse as parseSync } from 'csv-parse/sync';
import { limits } from '../limits.ts';
import type { SourceRow } from './cells.ts';
import { csvOptions, readDelimitedRows } from './delimited-rows.ts';
import { detectLegacyEncoding } from './legacy-encoding.ts';
import { decoded, detectUnicode, pieceBytes, readStart, type TextEncoding } from './text-encoding.ts';

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
 * Opens a csv, tsv, semicolon- or pipe-delimited file, in Unicode or an encoding from before it. `judge` says how much of a
 * header the best of the given rows is: the delimiter that makes the best header is the file's.
 */
export async function openDelimited(path: string, judge: (rows: string[][]) => number): Promise<DelimitedFile> {
  const start = await readStart(path, 256 * 1024);
  const textIn = (encoding: TextEncoding) => new TextDecoder(encoding).decode(start, { stream: true });
  const unicode = await detectUnicode(path);
  const encoding =
    unicode?.encoding ?? (await detectLegacyEncoding(path, (one) => detectDelimiter(textIn(one), judge).score));
  const sample = textIn(encoding);
  const declared = /^sep=(.)\r?\n/i.exec(sample);
  const delimiter =
    delimiters.find((candidate) => candidate === declared?.[1]) ?? detectDelimiter(sample, judge).delimiter;
  const { size } = await stat(path);
  const pieces = decoded(path, new TextDecoder(encoding));
  const text = { pieces, pieceCount: size / pieceBytes, delimiter, declared: declared !== null };
  return { encoding, delimiter, damaged: unicode?.damaged ?? false, rows: readDelimitedRows(text) };
}

function detectDelimiter(sample: string, judge: (rows: string[][]) => number): { delimiter: Delimiter; score: number } {
  let best: { delimiter: Delimiter; score: number } = { delimiter: ',', score: -1 };
  for (const delimiter of delimiters) {
    if (!sample.includes(delimiter)) continue;
    const rows = sampleRows(sample, delimiter);
    const widest = Math.max(0, ...rows.map((row) => row.length));
    const score = judge(rows) + evenness(rows) / 2 + Math.min(widest, 100) / 1000;
    if (score > best.score) best = { delimiter, score };
  }
  return best;
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
