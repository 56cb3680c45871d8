/** The last part of the key of a `rejected.xlsx` that comes back, `rejected (1).xlsx` and `rejected-fixed.csv` too. */
const correction = /(^|\/)rejected[^/]*$/i;

/** The pattern as PostgreSQL's `~*` takes it. */
export const correctionPattern = correction.source;

/**
 * True for the corrected rows of an earlier file, by its name: they are a part of that file and say nothing about the
 * products they lack, in a supplier's full feed neither.
 */
export function isCorrection(fileName: string): boolean {
  return correction.test(fileName);
}
