import type { Field } from '../../../schema/fields/fields.ts';
import type { Convention, HeaderMatch } from './conventions/convention.ts';
import type { Shape } from './guess/column-shapes.ts';
import type { Speech } from './speech.ts';

/** What one column of a sheet is read as; `attribute` where no convention knows its header. */
export type Column = {
  header: string;
  match: HeaderMatch | null;
  /** What its cells look like, where no header says what it is. */
  shape?: Shape;
  /** Its match is by its cells alone. */
  guessed?: true;
  /** What it may be: for a person to say. */
  proposed?: Field;
};

/** One sheet's header, recognised. */
export type Layout = {
  sheet: string;
  headerRow: number;
  convention: Convention;
  /** By column index; null where the column has no header. */
  columns: (Column | null)[];
  /** Index of the column of a field that a row has once. */
  index: Partial<Record<Field, number>>;
  speech: Speech;
};

/** What decides how a header is read, besides its words. */
export type LayoutSettings = {
  /** Header (as the supplier writes it) → column of the template. */
  columnMapping: Record<string, string>;
  /** ISO 4217: the currency of prices that name none; of several price columns, its own counts. */
  currency: string;
};
