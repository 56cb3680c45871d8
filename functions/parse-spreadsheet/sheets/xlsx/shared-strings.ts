import { isAscii } from 'node:buffer';
import { TextFile } from '../../spool/text-file.ts';

const pageBytes = 16 * 1024;
const cachedPages = 256;

/**
 * A workbook's shared strings, on disk: in memory they would be the whole text of the workbook several times over. In
 * memory they cost 4 bytes each and a cache of pages, which serves nearly every cell, since programs number strings in
 * the order in which rows use them.
 */
export class SharedStrings {
  readonly #file: TextFile;
  /** Where each string begins, and the next one. */
  #starts = new Uint32Array(4096);
  #count = 0;
  readonly #pages = new Map<number, Buffer>();
  /** The furthest page, which most cells name, as text where it is ASCII: cutting that is far cheaper than decoding bytes. */
  #text: string | null = null;
  #textPage = -1;

  constructor(path: string) {
    this.#file = new TextFile(path);
  }

  get count(): number {
    return this.#count;
  }

  add(text: string): void {
    this.#file.append(text);
    this.#count += 1;
    if (this.#count === this.#starts.length)
      this.#starts = new Uint32Array(this.#starts.buffer.transfer(this.#starts.byteLength * 2));
    this.#starts[this.#count] = this.#file.bytes;
  }

  /** Strings can be read from then on. */
  end(): void {
    this.#file.flush();
  }

  /** The string of an index; undefined where there is none. */
  get(index: number): string | undefined {
    if (!(index >= 0 && index < this.#count)) return undefined;
    const start = this.#starts[index] ?? 0;
    const end = this.#starts[index + 1] ?? 0;
    if (start === end) return '';
    const page = Math.floor(start / pageBytes);
    if (Math.floor((end - 1) / pageBytes) !== page)
      return this.#file.read(Buffer.allocUnsafe(end - start), start).toString();
    const [from, to] = [start - page * pageBytes, end - page * pageBytes];
    if (page > this.#textPage) this.#readText(page);
    if (page === this.#textPage && this.#text !== null) return this.#text.slice(from, to);
    return this.#page(page).toString('utf8', from, to);
  }

  #readText(page: number): void {
    const bytes = this.#page(page);
    this.#textPage = page;
    this.#text = isAscii(bytes) ? bytes.toString('latin1') : null;
  }

  close(): void {
    this.#file.close();
  }

  #page(page: number): Buffer {
    const cached = this.#pages.get(page);
    if (cached !== undefined) return cached;
    const bytes = this.#unusedPage();
    this.#file.read(bytes, page * pageBytes);
    this.#pages.set(page, bytes);
    return bytes;
  }

  /** A new one, or that of the page which came first: dropped, they would wait for a full collection. */
  #unusedPage(): Buffer {
    const [oldest] = this.#pages;
    if (oldest === undefined || this.#pages.size < cachedPages) return Buffer.allocUnsafeSlow(pageBytes);
    const [page, bytes] = oldest;
    this.#pages.delete(page);
    return bytes;
  }
}
