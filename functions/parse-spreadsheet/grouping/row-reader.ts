import { identifyingFields } from '../../../schema/fields/fields.ts';
import type { ProblemCode } from '../../shared/report/problem-kinds.ts';
import type { Layout } from '../headers/layout.ts';
import { type Problem, problem } from '../problems.ts';
import type { SkipReason } from '../reports/row-outcomes.ts';
import { type SourceRow, shownText } from '../sheets/cells.ts';
import { isHeading } from './heading-row.ts';
import { joiningKey } from './join-sheets.ts';
import { aliases, fieldText, identifies, productKey, rowKind } from './product-key.ts';
import type { RowSpool } from './row-spool.ts';

/** Is told of rows that go to no product. */
export type RowListener = {
  /** The code of a product that a row asks to leave as it is. */
  ignored(code: string): void;
  skipped(why: SkipReason): void;
};

/** Gives each row of one sheet to its product. */
export class RowReader {
  readonly #layout: Layout;
  readonly #index: number;
  readonly #spool: RowSpool;
  readonly #listener: RowListener;
  /** True where other sheets may name the products of this one by their SKUs. */
  readonly #named: boolean;
  #begun = false;
  #codesFromTitles = false;
  /** The key of the last product. */
  #product: string | null = null;

  constructor(layout: Layout, index: number, spool: RowSpool, listener: RowListener, named: boolean) {
    this.#named = named;
    this.#layout = layout;
    this.#index = index;
    this.#spool = spool;
    this.#listener = listener;
  }

  /** Adds a row; a problem of the row that keeps it out of any product, or of the sheet, is returned. */
  add(row: SourceRow): Problem | null {
    const layout = this.#layout;
    if (repeatsHeader(layout, row)) {
      this.#listener.skipped('repeated_header');
      return null;
    }
    const command = fieldText(layout, row.cells, 'command').toUpperCase();
    if (command === 'IGNORE') {
      const named = productKey(layout, row.cells);
      if (named.kind === 'product') this.#listener.ignored(named.key);
      return this.#skip(row, 'row_ignored', 'The row’s command is IGNORE; it was not read.');
    }
    if (isHeading(layout, row)) {
      const text = row.cells.map(shownText).find((shown) => shown.trim() !== '');
      return this.#skip(row, 'heading_row', `“${text}” is a heading or a total between the products; it was not read.`);
    }
    if (rowKind(layout, row.cells) === 'ignored') {
      const type = fieldText(layout, row.cells, 'rowType');
      return this.#skip(
        row,
        'row_ignored',
        `The row is a “${type}”, neither a product nor a variant; it was not read.`,
      );
    }
    const found = productKey(layout, row.cells);
    const spooled = { layout: this.#index, number: row.number, cells: row.cells };
    if (found.kind === 'product') this.#product = found.key;
    if (found.kind === 'continuation' && this.#begun) this.#spool.continue(spooled);
    // Without a code it is a product of its own, which is rejected for want of one.
    else this.#spool.add(found.kind === 'product' ? found.key : null, spooled);
    this.#begun = true;
    if (this.#named && this.#product !== null)
      for (const field of identifyingFields) {
        const key = joiningKey(layout, row.cells, field);
        if (key !== null) this.#spool.alias(key, this.#product);
      }
    if (found.kind !== 'product') return null;
    for (const alias of aliases(layout, row.cells, found.key)) this.#spool.alias(alias, found.key);
    if (this.#codesFromTitles || found.fromTitle !== true) return null;
    this.#codesFromTitles = true;
    return this.#problem(
      row,
      'code_from_title',
      identifies(layout)
        ? 'Some products have no code or SKU: their codes are made of their titles, and a changed title is a new product.'
        : 'No column identifies the products (Handle, Code or SKU): their codes are made of their titles, and a changed title is a new product.',
    );
  }

  #skip(row: SourceRow, code: ProblemCode, message: string): Problem {
    this.#listener.skipped(code);
    return this.#problem(row, code, message);
  }

  #problem(row: SourceRow, code: ProblemCode, message: string): Problem {
    return problem(code, { sheet: this.#layout.sheet, row: row.number, column: null, value: null, message });
  }
}

/** Price lists repeat their header on every printed page. */
function repeatsHeader(layout: Layout, { cells }: SourceRow): boolean {
  return cells.every((cell, index) => cell === null || shownText(cell).trim() === layout.columns[index]?.header);
}
