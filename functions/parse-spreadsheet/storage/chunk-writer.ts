import { SpreadsheetTooLargeError } from '../../../workflows/errors.ts';
import type { ProductChunk } from '../../../workflows/payloads/product.ts';
import { limits } from '../limits.ts';

/** A chunk is one transaction of "Write products": large enough for one statement to pay, small enough to retry. */
const maximumProducts = 250;
const maximumBytes = 2 * 1024 * 1024;

/**
 * Gathers products to chunks of at most 250 and 2 MiB. A product is never split: one that is larger by itself is a
 * chunk of its own. Lines are gathered as bytes, in one buffer for all chunks: as objects they would live just long
 * enough to make V8 give the parser twice the memory.
 */
export class ChunkWriter {
  readonly chunks: ProductChunk[] = [];
  readonly #keyOf: (chunk: number) => string;
  readonly #write: (key: string, lines: Buffer) => Promise<void>;
  #buffer: Buffer = Buffer.allocUnsafeSlow(maximumBytes);
  #bytes = 0;
  #total = 0;
  #products = 0;

  /** `write` is given JSON lines; their bytes are valid until it resolves. */
  constructor(keyOf: (chunk: number) => string, write: (key: string, lines: Buffer) => Promise<void>) {
    this.#keyOf = keyOf;
    this.#write = write;
  }

  /** Adds a product by its JSON. */
  async add(json: string): Promise<void> {
    const line = `${json}\n`;
    const bytes = Buffer.byteLength(line);
    this.#total += bytes;
    if (this.#total > limits.productBytes)
      throw new SpreadsheetTooLargeError(
        `The products of the file come to more than ${limits.productBytes} bytes. Split the file, or shorten its headers.`,
      );
    if (this.#products === maximumProducts || this.#bytes + bytes > maximumBytes) await this.end();
    if (bytes > this.#buffer.length) this.#buffer = Buffer.allocUnsafeSlow(bytes);
    this.#bytes += this.#buffer.write(line, this.#bytes);
    this.#products += 1;
  }

  /** Writes what is left. */
  async end(): Promise<void> {
    if (this.#products === 0) return;
    const chunk = this.chunks.length;
    const key = this.#keyOf(chunk);
    await this.#write(key, this.#buffer.subarray(0, this.#bytes));
    this.chunks.push({ chunk, key, products: this.#products });
    this.#bytes = 0;
    this.#products = 0;
  }
}
