import { shorten, shortenMiddle } from './values/shorten.ts';

export type Severity = 'error' | 'warning';

/** What can be wrong with a spreadsheet's content, and whether it rejects the row (error) or keeps it (warning). */
export const problemKinds = {
  missing_code: {
    severity: 'error',
    meaning: 'A product without handle, code or SKU: nothing tells it from the others',
  },
  missing_title: { severity: 'error', meaning: 'No row of the product has a title' },
  missing_parent: { severity: 'error', meaning: 'A variation whose parent product is not in the file' },
  duplicate_code: { severity: 'error', meaning: 'The code of an earlier row with another title' },
  identifier_too_long: {
    severity: 'error',
    meaning: 'A code or SKU of more than 255 characters: a text in the wrong column',
  },
  invalid_price: { severity: 'error', meaning: 'A price, cost or list price that is no amount of money' },
  negative_price: { severity: 'error', meaning: 'An amount below zero' },
  price_too_large: { severity: 'error', meaning: 'An amount of more than ten digits' },
  invalid_currency: { severity: 'error', meaning: 'No ISO 4217 currency' },
  mixed_currencies: { severity: 'error', meaning: 'Prices of one product in different currencies' },
  formula_error: { severity: 'error', meaning: 'A needed cell holds an error such as #N/A or #REF!' },
  product_too_large: {
    severity: 'error',
    meaning: 'The rows of one product and the headers of their cells hold more text than a product may have',
  },
  too_many_rows: { severity: 'error', meaning: 'More rows share one code than one product may have' },
  other_currency: {
    severity: 'warning',
    meaning: 'Prices in another currency than the supplier’s; imported in their own',
  },
  list_price_taken: { severity: 'warning', meaning: 'A list without a price: its list price was taken for it' },
  no_price: { severity: 'warning', meaning: 'A word such as TBD or FREE in the place of a price; imported without' },
  price_range: { severity: 'warning', meaning: 'A range of prices; the lower one is taken' },
  heading_row: {
    severity: 'warning',
    meaning: 'A heading or a total between the products of a list; not read',
  },
  formula_error_ignored: {
    severity: 'warning',
    meaning: 'A cell that can be done without holds an error such as #N/A',
  },
  formula_without_result: { severity: 'warning', meaning: 'A formula saved without its result' },
  invalid_quantity: { severity: 'warning', meaning: 'A quantity that is no number; left empty' },
  fractional_quantity: { severity: 'warning', meaning: 'A quantity with decimals; rounded down' },
  invalid_measure: {
    severity: 'warning',
    meaning: 'A weight or dimension that is no number with a known unit; left empty',
  },
  unit_assumed: {
    severity: 'warning',
    meaning: 'No unit for a weight or dimension; the one usual in the supplier’s country was taken',
  },
  invalid_status: { severity: 'warning', meaning: 'A status that is neither yes nor no; taken as active' },
  damaged_identifier: {
    severity: 'warning',
    meaning: 'An identifier in scientific notation: its last digits are lost',
  },
  identifier_is_date: { severity: 'warning', meaning: 'The spreadsheet program turned an identifier into a date' },
  lost_leading_zeros: { severity: 'warning', meaning: 'A barcode that is valid with zeros in front and not without' },
  invalid_image_url: { severity: 'warning', meaning: 'An image that is no http or https URL; left out' },
  too_many_images: { severity: 'warning', meaning: 'More images than a product may have; the last ones are left out' },
  duplicate_row: { severity: 'warning', meaning: 'The same row a second time; left out' },
  duplicate_variant: {
    severity: 'warning',
    meaning: 'A variant a second time with other data; the first values stand, blanks are filled',
  },
  duplicate_sku: {
    severity: 'warning',
    meaning: 'Two variants of one product share a SKU; both are kept, told apart by their options',
  },
  conflicting_value: {
    severity: 'warning',
    meaning: 'Rows of one product disagree on a value that a product has once; the first stands',
  },
  invalid_characters: {
    severity: 'warning',
    meaning: 'Bytes that are no text in the file’s encoding; shown as \uFFFD',
  },
  encoding_guessed: {
    severity: 'warning',
    meaning: 'A text in an encoding from before Unicode, which no file names: it was guessed from its letters',
  },
  value_too_long: { severity: 'warning', meaning: 'A brand of more than 255 characters; cut' },
  similar_header: {
    severity: 'warning',
    meaning: 'An unknown column whose header nearly is a known one; kept as an attribute',
  },
  column_guessed: {
    severity: 'warning',
    meaning: 'No header names a field, and the cells of one column look like it: it was taken for it',
  },
  column_proposed: {
    severity: 'warning',
    meaning: 'A column whose cells look like a field that no header names; kept as an attribute until someone says so',
  },
  images_without_address: {
    severity: 'warning',
    meaning: 'Images given as names or paths, and no address under which they lie; left out, told once for the file',
  },
  duplicate_header: {
    severity: 'warning',
    meaning: 'A header that occurs twice; the second column is kept under “Header (2)”',
  },
  values_without_header: { severity: 'warning', meaning: 'A column with values but no header; kept under its letter' },
  unknown_mapping: { severity: 'warning', meaning: 'The supplier’s column mapping names a column that does not exist' },
  code_from_title: {
    severity: 'warning',
    meaning: 'No column identifies the products; their codes are made of their titles',
  },
  same_title: {
    severity: 'warning',
    meaning: 'Products with one title that differ in other columns; each is a product of its own',
  },
  rows_without_product: {
    severity: 'warning',
    meaning: 'Rows of a second sheet whose code or SKU is no product’s of the others; not read',
  },
  sheet_skipped: { severity: 'warning', meaning: 'A sheet with content but without a header of products; not read' },
  hidden_sheet_skipped: { severity: 'warning', meaning: 'A hidden sheet; not read' },
  row_ignored: {
    severity: 'warning',
    meaning:
      'A row that says to ignore it, or that is neither a product nor a variant nor an image (a BigCommerce rule)',
  },
} as const satisfies Record<string, { severity: Severity; meaning: string }>;

export type ProblemCode = keyof typeof problemKinds;

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
