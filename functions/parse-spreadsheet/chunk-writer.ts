import type { ImportedProduct, ProductChunk } from '../../workflows/payloads.ts';

/** A chunk is one transaction of "Write products": large enough for one statement to pay, small enough to retry. */
const maximumProducts = 250;
const maximumBytes = 2 * 1024 * 1024;

/**
 * Gathers products to chunks of at most 250 and 2 MiB. A product is never split: one that is larger by itself is a
 * chunk of its own.
 */
export class ChunkWriter {
  readonly chunks: ProductChunk[] = [];
  readonly #keyOf: (chunk: number) => string;
  readonly #write: (key: string, lines: string) => Promise<void>;
  #lines: string[] = [];
  #bytes = 0;

  constructor(keyOf: (chunk: number) => string, write: (key: string, lines: string) => Promise<void>) {
    this.#keyOf = keyOf;
    this.#write = write;
  }

  async add(product: ImportedProduct): Promise<void> {
    const line = `${JSON.stringify(product)}\n`;
    const bytes = Buffer.byteLength(line);
    if (this.#lines.length === maximumProducts || (this.#lines.length > 0 && this.#bytes + bytes > maximumBytes))
      await this.end();
    this.#lines.push(line);
    this.#bytes += bytes;
  }

  /** Writes what is left. */
  async end(): Promise<void> {
    if (this.#lines.length === 0) return;
    const chunk = this.chunks.length;
    const key = this.#keyOf(chunk);
    const lines = this.#lines;
    this.#lines = [];
    this.#bytes = 0;
    await this.#write(key, lines.join(''));
    this.chunks.push({ chunk, key, products: lines.length });
  }
}
