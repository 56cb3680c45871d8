import { type ProblemCode, problemKinds, type Severity } from '../../parse-spreadsheet/problems.ts';

const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(problemKinds, code);

/** What a kind of problem is, for a heading; the code itself where an older or newer version reported it. */
export function meaningOf(code: string): string {
  return isProblemCode(code) ? problemKinds[code].meaning : code;
}

/** How to mend what needs more than a look at the cell. */
const mendings: Partial<Record<ProblemCode, string>> = {
  missing_code: 'Give each product a SKU, code or handle in `rejected.xlsx` and drop that file.',
  missing_title: 'Write a title into the product’s first row in `rejected.xlsx` and drop that file.',
  missing_parent: 'Add the row of the parent product, or correct the parent’s code in the variation.',
  duplicate_code: 'Two products share a code: give one of them its own.',
  identifier_too_long: 'Look whether a description stands in the column of the SKU or code, and move it.',
  mixed_currencies: 'Put all prices of the product in one currency.',
  formula_error: 'Correct the formula, or paste its value, and drop the file again.',
  formula_error_ignored: 'Correct the formula, or paste its value, if the cell is wanted.',
  formula_without_result: 'Open the file in a spreadsheet program and save it, so that formulas have results.',
  damaged_identifier: 'Format the column as text, enter the identifiers in full and drop the file again.',
  identifier_is_date: 'Format the column as text, enter the identifiers again and drop the file.',
  lost_leading_zeros: 'Format the column as text and enter the barcodes with their zeros.',
  unit_assumed: 'Check one product; if the unit is wrong, write it into the header, e.g. `Weight (kg)`.',
  similar_header: 'If the column is the known one, correct its header and drop the file again.',
  duplicate_header: 'Rename or remove one of the two columns.',
  values_without_header: 'Give the column a header if it matters.',
  unknown_mapping: 'Correct the supplier’s `column_mapping`.',
  code_from_title: 'Ask the supplier for a column with SKUs: a product whose title changes becomes another one.',
  sheet_skipped: 'If the sheet lists products, give it a row of headers and drop the file again.',
  hidden_sheet_skipped: 'If the sheet is wanted, unhide it and drop the file again.',
  invalid_characters: 'Save the file as UTF-8 (Excel: CSV UTF-8) or .xlsx and drop it again.',
  invalid_image_url: 'Ask for direct, public URLs that begin with `https://`.',
};

const mendingBySeverity: Record<Severity, string> = {
  error: 'Correct the marked cells in `rejected.xlsx` and drop that file.',
  warning: 'Look at the cell; where it is wrong, correct it in the file and drop that again.',
};

/** What to do about problems of a kind. */
export function mendingOf(code: string, severity: Severity): string {
  return (isProblemCode(code) && mendings[code]) || mendingBySeverity[severity];
}
