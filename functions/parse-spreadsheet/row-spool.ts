import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import type { Cell, Cells } from './cells.ts';

/** A row with content, and the sheet it is in: an index into the layouts. */
export type SpooledRow = { layout: number; number: number; cells: Cells };

const windowBytes = 1 << 20;
/** 8 MiB: all rows of most files. */
const heldBytes = 1 << 23;

/**
 * Rows joined by product. A product's rows may be anywhere in a file, and files have more rows than memory, so the rows of
 * a file with more than `heldBytes` of them go to a temporary file; memory then holds the products' keys and 20 bytes a
 * row: where it is and which row of its product is next. Products are read back in the order of their first rows, which
 * for rows that stand together is a sequential read.
 */
export class RowSpool {
  readonly #file: number;
  readonly #groups = new Map<string, number>();
  #created = 0;
  #first = new Int32Array(1024);
  #last = new Int32Array(1024);
  #next = new Int32Array(4096);
  #offsets = new Float64Array(4096);
  #lengths = new Int32Array(4096);
  #rows = 0;
  readonly #held: SpooledRow[] = [];
  #room: number;
  #pending: string[] = [];
  #pendingBytes = 0;
  #written = 0;
  #window: Buffer = Buffer.alloc(0);
  #windowStart = 0;

  constructor(path: string, room = heldBytes) {
    this.#room = room;
    this.#file = openSync(path, 'wx+', 0o600);
  }

  has(key: string): boolean {
    return this.#groups.has(key);
  }

  get products(): number {
    return this.#groups.size;
  }

  /** Appends a row to the product of `key`. */
  add(key: string, row: SpooledRow): void {
    const index = this.#rows++;
    if (index >= this.#next.length) this.#growRows();
    this.#next[index] = -1;
    if (this.#room <= 0) this.#write(index, row);
    else {
      this.#room -= sizeOf(row.cells);
      this.#held.push(row);
      if (this.#room <= 0) for (const [place, held] of this.#held.splice(0).entries()) this.#write(place, held);
    }
    this.#link(key, index);
  }

  #write(index: number, row: SpooledRow): void {
    const line = JSON.stringify([row.layout, row.number, row.cells]);
    const length = Buffer.byteLength(line);
    this.#offsets[index] = this.#written + this.#pendingBytes;
    this.#lengths[index] = length;
    this.#pending.push(line);
    this.#pendingBytes += length;
    if (this.#pendingBytes > windowBytes) this.#flush();
  }

  /** Makes the rows of product `from` rows of product `to`; nothing happens where either is not there. */
  join(from: string, to: string): void {
    const source = this.#groups.get(from);
    const target = this.#groups.get(to);
    if (source === undefined || target === undefined || source === target) return;
    this.#next[this.#last[target] ?? 0] = this.#first[source] ?? -1;
    this.#last[target] = this.#last[source] ?? -1;
    this.#groups.delete(from);
  }

  /** Every product's key and rows, in the order of the products' first rows; at most `maximumRows` rows of each. */
  *read(maximumRows: number): Generator<{ key: string; rows: SpooledRow[]; more: number }> {
    this.#flush();
    for (const [key, group] of this.#groups) {
      const indexes: number[] = [];
      for (let row = this.#first[group] ?? -1; row >= 0; row = this.#next[row] ?? -1) indexes.push(row);
      // Joined products' rows are one after the other; a person reads them in the order of the file.
      if (indexes.some((index, place) => index < (indexes[place - 1] ?? 0))) indexes.sort((a, b) => a - b);
      const rows = indexes.slice(0, maximumRows).map((index, place) => this.#readRow(index, place === 0));
      yield { key, rows, more: indexes.length - rows.length };
    }
  }

  close(): void {
    closeSync(this.#file);
  }

  #link(key: string, index: number): void {
    const group = this.#groups.get(key);
    if (group !== undefined) {
      this.#next[this.#last[group] ?? 0] = index;
      this.#last[group] = index;
      return;
    }
    const created = this.#created++;
    if (created >= this.#first.length) {
      this.#first = grow(this.#first, new Int32Array(created * 2));
      this.#last = grow(this.#last, new Int32Array(created * 2));
    }
    this.#groups.set(key, created);
    this.#first[created] = index;
    this.#last[created] = index;
  }
  #growRows(): void {
    const size = this.#next.length * 2;
    this.#next = grow(this.#next, new Int32Array(size));
    this.#offsets = grow(this.#offsets, new Float64Array(size));
    this.#lengths = grow(this.#lengths, new Int32Array(size));
  }

  #flush(): void {
    const bytes = Buffer.from(this.#pending.join(''));
    for (let done = 0; done < bytes.length; )
      done += writeSync(this.#file, bytes, done, bytes.length - done, this.#written + done);
    this.#written += bytes.length;
    this.#pending = [];
    this.#pendingBytes = 0;
  }

  /** Reads ahead from a product's first row; a row that stands apart is read alone. */
  #readRow(index: number, ahead: boolean): SpooledRow {
    const held = this.#held[index];
    if (held !== undefined) return held;
    const offset = this.#offsets[index] ?? 0;
    const length = this.#lengths[index] ?? 0;
    const start = offset - this.#windowStart;
    let bytes: Buffer;
    if (start >= 0 && start + length <= this.#window.length) bytes = this.#window.subarray(start, start + length);
    else if (ahead) {
      this.#window = this.#readBytes(offset, Math.max(length, windowBytes));
      this.#windowStart = offset;
      bytes = this.#window.subarray(0, length);
    } else bytes = this.#readBytes(offset, length);
    const [layout, number, cells]: [number, number, Cells] = JSON.parse(bytes.toString());
    return { layout, number, cells };
  }

  #readBytes(offset: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(Math.min(length, this.#written - offset));
    for (let done = 0; done < bytes.length; ) {
      const read = readSync(this.#file, bytes, done, bytes.length - done, offset + done);
      if (read === 0)
        throw new Error(`The spool of rows ends at ${offset + done} bytes, ${this.#written} were written`);
      done += read;
    }
    return bytes;
  }
}

/** Roughly, bytes: a reference for each cell, and texts. */
function sizeOf(cells: Cells): number {
  let size = 64;
  for (const cell of cells) size += 8 + textLength(cell);
  return size;
}

function textLength(cell: Cell | null): number {
  if (typeof cell === 'string') return 16 + cell.length;
  if (typeof cell !== 'object' || cell === null) return 8;
  return 48 + ('t' in cell ? cell.t.length + cell.l.length : 0);
}

function grow<T extends Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer>>(from: T, to: T): T {
  to.set(from);
  return to;
}
