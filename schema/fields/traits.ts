/** How the cells of a field are read. */
export type Kind = StoredKind | OtherKind;

/** Kinds whose value is stored in a column of its own; `emptyValues` says what an empty cell of each means. */
export type StoredKind = keyof typeof emptyValues;

/**
 * What is stored where a file has the column and its cell is empty, and where a product is new and the file has no such
 * column. A column that a file does not have leaves what is stored (DECISIONS, "What a file does not speak of").
 */
export const emptyValues = {
  title: '',
  text: null,
  /** As given, not trimmed. */
  markup: null,
  /** A text that stands in an index: at most 255 characters. */
  name: null,
  identifier: null,
  money: null,
  weight: null,
  length: null,
  quantity: null,
  /** Empty: the supplier's own, which whoever writes the row puts in. */
  currency: null,
  offered: true,
  tags: [],
  images: [],
} as const;

type OtherKind =
  /** Says which rows belong together, or what a row is. */
  | 'reference'
  /** Says how the cell of another column is read: a unit, a position. */
  | 'qualifier'
  | 'date'
  | 'dimensions'
  | 'option'
  | 'alt'
  /** Several attributes in one cell. */
  | 'assignments'
  | 'attribute';

/** What is to be known about a field: all that reads, stores, compares or shows it is derived from this. */
export type Traits = {
  /**
   * Whose value it is: the product's, a variant's, or both's, a variant's own or else its product's. A value of the
   * product that differs in a variant's row is kept as that variant's attribute. `row`: tells how the row is to be read.
   */
  of: 'product' | 'variant' | 'both' | 'row';
  kind: Kind;
  /** The stored column that it is, under its name in Drizzle and in the payload; null: it has none of its own. */
  column: string | null;
  /** Further stored columns about which a file with this column speaks. */
  alsoOf?: readonly string[];
  /** What people call it, in reports. */
  label: string;
  /** Several columns of one sheet may hold it. */
  repeated?: true;
  /** Without it a row is not what its supplier meant: an error value such as #N/A rejects the row. */
  needed?: true;
  /** Names products in shops' exports: one of these has to be there for a file to be taken for one. */
  names?: true;
  /** Tells products apart where there is no code: the field with the smallest number is asked first. */
  identifies?: number;
  /** Makes a list of titles a list of products. */
  sold?: true;
  /** Its cells name attributes or options themselves: what it speaks of is not known by its header. */
  namesItsOwn?: true;
  /** Its words mean it in every shop's export, too, also where a convention keeps them as attributes. */
  everywhere?: true;
  /**
   * Several columns may hold it; the first of them that is filled counts, in the order of the words.
   */
  alternatives?: true;
  /** English headers it goes by in lists made by hand, the template's own first; `words/` has those of other languages. */
  words?: readonly string[];
};
