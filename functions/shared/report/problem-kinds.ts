export type Severity = 'error' | 'warning';

type ProblemKind = {
  /** Whether it rejects the row (error) or keeps it (warning). */
  severity: Severity;
  meaning: string;
  /** How to mend it, where that needs more than a look at the cell. */
  mending?: string;
};

/** What can be wrong with a spreadsheet's content. */
export const problemKinds = {
  missing_code: {
    severity: 'error',
    meaning: 'A product without handle, code or SKU: nothing tells it from the others',
    mending: 'Give each product a SKU, code or handle in `rejected.xlsx` and drop that file.',
  },
  missing_title: {
    severity: 'error',
    meaning: 'No row of the product has a title',
    mending: 'Write a title into the product’s first row in `rejected.xlsx` and drop that file.',
  },
  missing_parent: {
    severity: 'error',
    meaning: 'A variation whose parent product is not in the file',
    mending: 'Add the row of the parent product, or correct the parent’s code in the variation.',
  },
  duplicate_code: {
    severity: 'error',
    meaning: 'The code of an earlier row with another title',
    mending: 'Two products share a code: give one of them its own.',
  },
  identifier_too_long: {
    severity: 'error',
    meaning: 'A code or SKU of more than 255 characters: a text in the wrong column',
    mending: 'Look whether a description stands in the column of the SKU or code, and move it.',
  },
  invalid_price: { severity: 'error', meaning: 'A price, cost or list price that is no amount of money' },
  negative_price: { severity: 'error', meaning: 'An amount below zero' },
  price_too_large: { severity: 'error', meaning: 'An amount of more than ten digits' },
  invalid_currency: { severity: 'error', meaning: 'No ISO 4217 currency' },
  mixed_currencies: {
    severity: 'error',
    meaning: 'Prices of one product in different currencies',
    mending: 'Put all prices of the product in one currency.',
  },
  formula_error: {
    severity: 'error',
    meaning: 'A needed cell holds an error such as #N/A or #REF!',
    mending: 'Correct the formula, or paste its value, and drop the file again.',
  },
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
    mending: 'Correct the formula, or paste its value, if the cell is wanted.',
  },
  formula_without_result: {
    severity: 'warning',
    meaning: 'A formula saved without its result',
    mending: 'Open the file in a spreadsheet program and save it, so that formulas have results.',
  },
  invalid_quantity: { severity: 'warning', meaning: 'A quantity that is no number; left empty' },
  fractional_quantity: { severity: 'warning', meaning: 'A quantity with decimals; rounded down' },
  invalid_measure: {
    severity: 'warning',
    meaning: 'A weight or dimension that is no number with a known unit; left empty',
  },
  unit_assumed: {
    severity: 'warning',
    meaning: 'No unit for a weight or dimension; the one usual in the supplier’s country was taken',
    mending: 'Check one product; if the unit is wrong, write it into the header, e.g. `Weight (kg)`.',
  },
  invalid_status: { severity: 'warning', meaning: 'A status that is neither yes nor no; taken as active' },
  damaged_identifier: {
    severity: 'warning',
    meaning: 'An identifier in scientific notation: its last digits are lost',
    mending: 'Format the column as text, enter the identifiers in full and drop the file again.',
  },
  identifier_is_date: {
    severity: 'warning',
    meaning: 'The spreadsheet program turned an identifier into a date',
    mending: 'Format the column as text, enter the identifiers again and drop the file.',
  },
  lost_leading_zeros: {
    severity: 'warning',
    meaning: 'A barcode that is valid with zeros in front and not without',
    mending: 'Format the column as text and enter the barcodes with their zeros.',
  },
  invalid_image_url: {
    severity: 'warning',
    meaning: 'An image that is no http or https URL; left out',
    mending: 'Ask for direct, public URLs that begin with `https://`.',
  },
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
  sku_list: {
    severity: 'warning',
    meaning:
      'A row lists its variants and their SKUs, and nothing says which is whose; the list is kept as an attribute',
    mending: 'Give each variant a row of its own with its SKU where the SKUs are needed.',
  },
  conflicting_value: {
    severity: 'warning',
    meaning: 'Rows of one product disagree on a value that a product has once; the first stands',
  },
  invalid_characters: {
    severity: 'warning',
    meaning: 'Bytes that are no text in the file’s encoding; shown as \uFFFD',
    mending: 'Save the file as UTF-8 (Excel: CSV UTF-8) or .xlsx and drop it again.',
  },
  encoding_guessed: {
    severity: 'warning',
    meaning: 'A text in an encoding from before Unicode, which no file names: it was guessed from its letters',
  },
  value_too_long: { severity: 'warning', meaning: 'A brand of more than 255 characters; cut' },
  similar_header: {
    severity: 'warning',
    meaning: 'An unknown column whose header nearly is a known one; kept as an attribute',
    mending: 'If the column is the known one, correct its header and drop the file again.',
  },
  column_guessed: {
    severity: 'warning',
    meaning: 'No header names a field, and the cells of one column look like it: it was taken for it',
    mending: 'If it is something else, choose that in `columns.xlsx` and drop it as `{supplier}/columns.xlsx`.',
  },
  column_proposed: {
    severity: 'warning',
    meaning: 'A column whose cells look like a field that no header names; kept as an attribute until someone says so',
    mending: 'Choose its field in `columns.xlsx` and drop it as `{supplier}/columns.xlsx`.',
  },
  images_without_address: {
    severity: 'warning',
    meaning: 'Images given as names or paths, and no address under which they lie; left out, told once for the file',
    mending: 'Say where they lie, `npm run supplier -- X --set image_base_url=https://…/`, and drop the file again.',
  },
  duplicate_header: {
    severity: 'warning',
    meaning: 'A header that occurs twice; the second column is kept under “Header (2)”',
    mending: 'Rename or remove one of the two columns.',
  },
  values_without_header: {
    severity: 'warning',
    meaning: 'A column with values but no header; kept under its letter',
    mending: 'Give the column a header if it matters.',
  },
  unknown_mapping: {
    severity: 'warning',
    meaning: 'The supplier’s column mapping names a column that does not exist',
    mending: 'Correct the supplier’s `column_mapping`.',
  },
  code_from_title: {
    severity: 'warning',
    meaning: 'No column identifies the products; their codes are made of their titles',
    mending: 'Ask the supplier for a column with SKUs: a product whose title changes becomes another one.',
  },
  same_title: {
    severity: 'warning',
    meaning: 'Products with one title that differ in other columns; each is a product of its own',
  },
  rows_without_product: {
    severity: 'warning',
    meaning: 'Rows of a second sheet whose code or SKU is no product’s of the others; not read',
  },
  sheet_skipped: {
    severity: 'warning',
    meaning: 'A sheet with content but without a header of products; not read',
    mending: 'If the sheet lists products, give it a row of headers and drop the file again.',
  },
  hidden_sheet_skipped: {
    severity: 'warning',
    meaning: 'A hidden sheet; not read',
    mending: 'If the sheet is wanted, unhide it and drop the file again.',
  },
  row_ignored: {
    severity: 'warning',
    meaning:
      'A row that says to ignore it, or that is neither a product nor a variant nor an image (a BigCommerce rule)',
  },
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof problemKinds;

const kinds: Record<string, ProblemKind | undefined> = problemKinds;

/** What a kind of problem is, for a heading; the code itself where an older or newer version reported it. */
export function meaningOf(code: string): string {
  return kindOf(code)?.meaning ?? code;
}

const mendingBySeverity: Record<Severity, string> = {
  error: 'Correct the marked cells in `rejected.xlsx` and drop that file.',
  warning: 'Look at the cell; where it is wrong, correct it in the file and drop that again.',
};

/** What to do about problems of a kind. */
export function mendingOf(code: string, severity: Severity): string {
  return kindOf(code)?.mending ?? mendingBySeverity[severity];
}

function kindOf(code: string): ProblemKind | undefined {
  return Object.hasOwn(problemKinds, code) ? kinds[code] : undefined;
}
