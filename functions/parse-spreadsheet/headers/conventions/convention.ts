import type { Field } from '../../../../schema/fields/fields.ts';

/** How rows become products. */
export type Grouping =
  /** Rows with one code are one product; a row without a code continues the one above, unless it has a title. */
  | 'code'
  /** As `code`, and rows of a variation type name their product in `parent`. */
  | 'parent'
  /** Rows of a variant or image type belong to the product row above them. */
  | 'previous';

/** `ignored`: about the product above it, but neither a variant nor an image; reported and left out. */
export type RowKind = 'product' | 'variant' | 'image' | 'ignored';

/** One way in which suppliers' exports name and arrange their columns. */
export type Convention = {
  name: string;
  grouping: Grouping;
  /**
   * Header, as exported, → field. Case, spaces and punctuation do not matter. `{n}` stands for a number, `{unit}` for a
   * unit, `{currency}` for a currency, `{language}` for a language or locale after a dot, dash, colon or underscore, `{outlet}` for the name of
   * a shop after an underscore. Where two columns of a file hold one field, the one listed first here is taken.
   */
  columns: Record<string, Field>;
  /** Headers in other languages, as `columns`, after which they stand; none of them is suggested for a misspelt one. */
  translations?: Record<string, Field>;
  /** Value of the `rowType` column, in lower case, → what the row is. Any other value is a product. */
  rowTypes?: Record<string, RowKind>;
  /** True where a row is a variant of the product whose `id` stands in its `parent` column, and has no type. */
  parentIds?: true;
  /** True where a row without a title is a product that lacks one, not more of the product above it. */
  titledRows?: boolean;
  /** True where a product without a code is a new one, told from the others by its title. */
  newWithoutCode?: boolean;
  /** What separates the values of an option in a row that lists all of them. */
  valueSeparator?: string;
  /** Value of an option column that means "no option", in lower case. */
  noOption?: string;
  /** True where a variant's row has all of its prices: a list price or cost of the product's first row is not its own. */
  completeVariants?: boolean;
  /** Units of numbers without one, where the convention fixes them. */
  units?: { weight?: string; dimension?: string };
};

/** What a convention's dictionary says about one header. */
export type HeaderMatch = {
  field: Field;
  /** Position in the dictionary: the smaller wins where two columns hold one field. */
  priority: number;
  number?: number;
  /** Any word may stand in the header: it is no sign of the convention. */
  anyWord?: true;
  unit?: string;
  currency?: string;
  /** ISO 639-1. */
  language?: string;
  /** Among the columns of a field of which the first filled one counts: 0, where it is missing, is asked first. */
  rank?: number;
};
