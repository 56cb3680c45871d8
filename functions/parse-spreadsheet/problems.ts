import { type ProblemCode, problemKinds, type Severity } from '../shared/report/problem-kinds.ts';
import { shorten, shortenMiddle } from './values/shorten.ts';

/** Where a problem is; null for what has no row or column. `row` and `column` are as the spreadsheet shows them. */
export type Problem = {
  code: ProblemCode;
  severity: Severity;
  /** Empty in a csv. */
  sheet: string;
  row: number | null;
  /** The column's header. */
  column: string | null;
  value: string | null;
  /** What was found and what was expected, as a sentence. */
  message: string;
};

/** Longest value and message: a description of 30,000 characters helps nobody find it. */
const shownCharacters = 500;

/** A problem of `code`, with the severity of its kind; of long texts, which a message may quote, so much as a person reads. */
export function problem(code: ProblemCode, at: Omit<Problem, 'code' | 'severity'>): Problem {
  return {
    code,
    severity: problemKinds[code].severity,
    sheet: at.sheet,
    row: at.row,
    column: at.column === null ? null : shorten(at.column, shownCharacters),
    value: at.value === null ? null : shorten(at.value, shownCharacters),
    message: shortenMiddle(at.message, shownCharacters),
  };
}
