import { SpreadsheetTooLargeError } from '../../../workflows/errors.ts';
import { limits } from '../limits.ts';
import type { Cells } from '../sheets/cells.ts';
import { TextFile } from '../spool/text-file.ts';
import { KeyIndex } from './key-index.ts';

/** A row with content, and the sheet it is in: an index into the layouts. */
export type SpooledRow = { layout: number; number: number; cells: Cells };

const windowBytes = 256 * 1024;
const none = -1;

/**
 * Rows joined by product. A product's rows may be anywhere in a file, and files have more rows than memory, so rows go to
 * a temporary file; memory holds some 30 bytes a product ({@link KeyIndex}) and 12 a row: where it is and which row of its
 * product is next. Products are read back in the order of their first rows, which for rows that stand together is a
 * sequential read.
 *
 * Rows are not held as objects, not even those of small files: V8 learns from long-lived objects to allocate all like
 * them where only a full collection finds them, which takes a tall file twice the memory.
 */
export class RowSpool {
  readonly #file: TextFile;
  readonly #keys = new KeyIndex();
  readonly #aliases = new KeyIndex();
  /** Of each alias: its product. */
  #aliased = new Int32Array(1024);
  /** Of each product: its last row; `none` for one whose rows are another's. */
  #last = new Int32Array(1024);
  /** Of each row: the next of its product, after the last the first; and where it begins in the file. */
  #next = new Int32Array(1024);
  #offsets = new Float64Array(1024);
  #rows = 0;
  /** The product of the last row. */
  #latest = none;
  readonly #buffer: Buffer = Buffer.allocUnsafeSlow(windowBytes);
  #window: Buffer = this.#buffer.subarray(0, 0);
  #windowStart = 0;

  constructor(path: string) {
    this.#file = new TextFile(path);
  }

  /** Bytes of all rows. */
  get bytes(): number {
    return this.#file.bytes;
  }

  /** Appends a row to the product of `code`; null: to a product of its own, which has no code. */
  add(code: string | null, row: SpooledRow): void {
    const known = this.#keys.count;
    const product = code === null ? this.#keys.addNameless() : this.#keys.add(code);
    this.#append(product, product === known, code, row);
  }

  /** Appends a row to the product of the row before it; a first row throws. */
  continue(row: SpooledRow): void {
    if (this.#rows === 0) throw new Error('No product to continue');
    this.#append(this.#latest, false, null, row);
  }

  /** Takes a code for a product that is made of some rows of another; false where it is one's already. */
  claim(code: string): boolean {
    const known = this.#keys.count;
    if (this.#keys.add(code) !== known) return false;
    this.#setLast(known, none);
    return true;
  }

  #append(product: number, isNew: boolean, code: string | null, row: SpooledRow): void {
    this.#latest = product;
    const index = this.#rows++;
    if (index + 1 >= this.#next.length) {
      this.#next = new Int32Array(this.#next.buffer.transfer(this.#next.byteLength * 2));
      this.#offsets = new Float64Array(this.#offsets.buffer.transfer(this.#offsets.byteLength * 2));
    }
    this.#file.append(JSON.stringify([code, row.layout, row.number, row.cells]));
    if (this.#file.bytes > limits.spooledBytes)
      throw new SpreadsheetTooLargeError(
        `The rows of the file hold more than ${limits.spooledBytes} bytes of text, most of it repeated. Split the file, or take out columns that repeat long texts.`,
      );
    this.#offsets[index + 1] = this.#file.bytes;
    this.#link(product, isNew, index);
  }

  #link(product: number, isNew: boolean, index: number): void {
    const last = isNew ? index : (this.#last[product] ?? none);
    const first = isNew ? index : (this.#next[last] ?? none);
    this.#next[last] = index;
    this.#next[index] = first;
    this.#setLast(product, index);
  }

  #setLast(product: number, row: number): void {
    if (product === this.#last.length) this.#last = new Int32Array(this.#last.buffer.transfer(product * 8));
    this.#last[product] = row;
  }

  /** Says that rows with the key `alias` are of the product of `key`, which has a row already: see {@link join}. */
  alias(alias: string, key: string): void {
    if (alias === key) return;
    const known = this.#aliases.count;
    const number = this.#aliases.add(alias);
    // Who says it first is believed.
    if (number !== known) return;
    if (number === this.#aliased.length) this.#aliased = new Int32Array(this.#aliased.buffer.transfer(number * 8));
    this.#aliased[number] = this.#keys.add(key);
  }

  /** Gives the rows of aliases to their products. */
  join(): void {
    for (let alias = 0; alias < this.#aliases.count; alias += 1) {
      const source = this.#keys.find(this.#aliases, alias);
      const target = this.#aliased[alias];
      if (source !== undefined && target !== undefined) this.#join(source, target);
    }
  }

  #join(source: number, target: number): void {
    const [lastOfSource = none, lastOfTarget = none] = [this.#last[source], this.#last[target]];
    if (lastOfSource === none || lastOfTarget === none) return;
    const firstOfTarget = this.#next[lastOfTarget] ?? none;
    this.#next[lastOfTarget] = this.#next[lastOfSource] ?? none;
    this.#next[lastOfSource] = firstOfTarget;
    this.#last[target] = lastOfSource;
    this.#last[source] = none;
  }

  /**
   * Every product's code and rows, in the order of the products' first rows; at most `maximumRows` rows of each, and no
   * more than `limits.bytesPerProduct` of them.
   */
  *read(maximumRows: number): Generator<{ code: string | null; rows: SpooledRow[]; more: number }> {
    this.#file.flush();
    for (let product = 0; product < this.#keys.count; product += 1) {
      const last = this.#last[product] ?? none;
      if (last === none) continue;
      const indexes: number[] = [];
      for (let row = last; row !== last || indexes.length === 0; ) {
        row = this.#next[row] ?? none;
        indexes.push(row);
      }
      const [first = none] = indexes;
      // Joined products' rows are one after the other; a person reads them in the order of the file.
      if (indexes.some((index, place) => index < (indexes[place - 1] ?? 0))) indexes.sort((a, b) => a - b);
      let bytes = 0;
      const surplus = indexes.findIndex((index, place) => {
        bytes += this.#sizeOf(index);
        return place === maximumRows || bytes > limits.bytesPerProduct;
      });
      const few = surplus < 0 ? indexes : indexes.slice(0, surplus);
      const read = few.map((index, place) => this.#readRow(index, place === 0));
      const { code } = read[indexes.indexOf(first)] ?? this.#readRow(first, false);
      yield { code, rows: read.map(({ row }) => row), more: indexes.length - read.length };
    }
  }

  close(): void {
    this.#file.close();
  }

  /** Reads ahead from a product's first row; a row that stands apart is read alone. */
  #readRow(index: number, ahead: boolean): { code: string | null; row: SpooledRow } {
    const offset = this.#offsets[index] ?? 0;
    const length = this.#sizeOf(index);
    const [code, layout, number, cells]: [string | null, number, number, Cells] = JSON.parse(
      this.#text(offset, length, ahead),
    );
    return { code, row: { layout, number, cells } };
  }

  #sizeOf(index: number): number {
    return (this.#offsets[index + 1] ?? 0) - (this.#offsets[index] ?? 0);
  }

  #text(offset: number, length: number, ahead: boolean): string {
    const start = offset - this.#windowStart;
    if (start >= 0 && start + length <= this.#window.length)
      return this.#window.toString('utf8', start, start + length);
    if (!ahead || length > windowBytes) return this.#file.read(Buffer.allocUnsafe(length), offset).toString();
    this.#window = this.#file.read(this.#buffer, offset);
    this.#windowStart = offset;
    return this.#window.toString('utf8', 0, length);
  }
}
