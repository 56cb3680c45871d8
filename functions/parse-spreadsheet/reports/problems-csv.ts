import { stringify } from 'csv-stringify/sync';
import type { ProblemCode } from '../../shared/report/problem-kinds.ts';
import { type Problem, problem } from '../problems.ts';

const columns = ['sheet', 'row', 'column', 'value', 'code', 'message', 'severity'] as const;

export const problemsCsvHeader = `\uFEFF${stringify([columns])}`;

/** Of one kind: who has these corrected has the others corrected, and a table of 150,000 lines is one nobody opens. */
const listed = 100;

/** Writes problems as lines of problems.csv: the first of each kind, and how many more there are. */
export class ProblemsCsv {
  readonly #counts = new Map<ProblemCode, number>();

  /** The line of a problem; empty where enough of its kind are listed. */
  line(found: Problem): string {
    const count = (this.#counts.get(found.code) ?? 0) + 1;
    this.#counts.set(found.code, count);
    return count > listed ? '' : lineOf(found);
  }

  /** The last lines: one for each kind of which not all are listed. */
  rest(): string {
    const lines = [...this.#counts].map(([code, count]) => {
      if (count <= listed) return '';
      const message = `The first ${listed} of ${count} are listed: ${count - listed} more are alike.`;
      return lineOf(problem(code, { sheet: '', row: null, column: null, value: null, message }));
    });
    return lines.join('');
  }
}

/**
 * Values that a spreadsheet program would run as a formula (beginning with = + - @, tab or carriage return) get an
 * apostrophe in front. https://owasp.org/www-community/attacks/CSV_Injection
 */
function lineOf(found: Problem): string {
  return stringify([columns.map((column) => found[column] ?? '')], { escape_formulas: true });
}
