import { closeSync, openSync, readSync, writeSync } from 'node:fs';

const pageBytes = 16 * 1024;
const cachedPages = 1024;
/** 16 MiB: all strings of most workbooks. */
const heldBytes = 1 << 24;

/**
 * A workbook's shared strings, the first `heldBytes` in memory, the rest on disk. In memory they would be the whole text
 * of the workbook several times over; on disk they cost 4 bytes each and a cache of pages, which serves nearly every
 * cell, since programs number strings in the order in which rows use them.
 */
export class SharedStrings {
  readonly #file: number;
  #starts = new Uint32Array(4096);
  #count = 0;
  readonly #held: string[] = [];
  #room: number;
  #pending: string[] = [];
  #pendingBytes = 0;
  #written = 0;
  readonly #pages = new Map<number, Buffer>();

  constructor(path: string, room = heldBytes) {
    this.#room = room;
    this.#file = openSync(path, 'wx+', 0o600);
  }

  get count(): number {
    return this.#held.length + this.#count;
  }

  add(text: string): void {
    if (this.#room > 0) {
      this.#room -= 24 + text.length;
      this.#held.push(text.toWellFormed());
    } else this.#write(text);
  }

  #write(text: string): void {
    if (this.#count + 1 >= this.#starts.length) {
      const grown = new Uint32Array(this.#starts.length * 2);
      grown.set(this.#starts);
      this.#starts = grown;
    }
    this.#pending.push(text);
    this.#pendingBytes += Buffer.byteLength(text);
    this.#count += 1;
    this.#starts[this.#count] = this.#written + this.#pendingBytes;
    if (this.#pendingBytes > 1 << 20) this.end();
  }

  /** Writes what is pending: strings can be read from then on. */
  end(): void {
    const bytes = Buffer.from(this.#pending.join(''));
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#file, bytes, done);
    this.#written += bytes.length;
    this.#pending = [];
    this.#pendingBytes = 0;
  }

  /** The string of an index; undefined where there is none. */
  get(index: number): string | undefined {
    return this.#held[index] ?? this.#readText(index - this.#held.length);
  }

  #readText(index: number): string | undefined {
    if (!(index >= 0 && index < this.#count)) return undefined;
    const start = this.#starts[index] ?? 0;
    const end = this.#starts[index + 1] ?? 0;
    if (start === end) return '';
    const page = Math.floor(start / pageBytes);
    if (Math.floor((end - 1) / pageBytes) !== page) return this.#read(start, end - start).toString();
    return this.#page(page).toString('utf8', start - page * pageBytes, end - page * pageBytes);
  }

  close(): void {
    closeSync(this.#file);
  }

  #page(page: number): Buffer {
    const cached = this.#pages.get(page);
    if (cached !== undefined) return cached;
    const bytes = this.#read(page * pageBytes, pageBytes);
    if (this.#pages.size >= cachedPages)
      for (const oldest of this.#pages.keys()) {
        this.#pages.delete(oldest);
        break;
      }
    this.#pages.set(page, bytes);
    return bytes;
  }

  #read(start: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafeSlow(Math.min(length, this.#written - start));
    for (let done = 0; done < bytes.length; ) {
      const read = readSync(this.#file, bytes, done, bytes.length - done, start + done);
      if (read === 0) throw new Error(`Shared strings end at byte ${start + done} of ${this.#written}`);
      done += read;
    }
    return bytes;
  }
}
