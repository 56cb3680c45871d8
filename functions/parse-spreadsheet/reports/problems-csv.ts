import { stringify } from 'csv-stringify/sync';
import type { Problem } from '../problems.ts';

const columns = ['sheet', 'row', 'column', 'value', 'code', 'message', 'severity'] as const;
/** Longest value shown: a description of 30,000 characters helps nobody find it. */
const shownCharacters = 500;

export const problemsCsvHeader = `\uFEFF${stringify([columns])}`;

/**
 * Problems as lines of problems.csv. Values that a spreadsheet program would run as a formula (beginning with
 * = + - @, tab or carriage return) get an apostrophe in front. https://owasp.org/www-community/attacks/CSV_Injection
 */
export function problemsCsv(problems: readonly Problem[]): string {
  const rows = problems.map((problem) =>
    columns.map((column) => (column === 'row' ? problem.row : shorten(problem[column] ?? ''))),
  );
  return stringify(rows, { escape_formulas: true });
}

function shorten(text: string): string {
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…`.toWellFormed() : text;
}
