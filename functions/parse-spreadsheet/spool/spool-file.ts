import { once } from 'node:events';
import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';
import { splitLines } from '../../shared/aws/split-lines.ts';

/** A temporary file that is written once, in order, and then read. */
export class SpoolFile {
  readonly path: string;
  readonly #stream: WriteStream;
  #failure: Error | null = null;

  constructor(path: string) {
    this.path = path;
    this.#stream = createWriteStream(path, { flags: 'wx', mode: 0o600 });
    this.#stream.on('error', (error) => {
      this.#failure = error;
    });
  }

  async write(text: string): Promise<void> {
    if (this.#failure !== null) throw this.#failure;
    if (!this.#stream.write(text)) await once(this.#stream, 'drain');
  }

  /** Ends writing; the file is complete when this returns. */
  async end(): Promise<void> {
    if (this.#failure !== null) throw this.#failure;
    this.#stream.end();
    await once(this.#stream, 'close');
  }

  /** The lines of the ended file. */
  lines(): AsyncIterable<string> {
    return splitLines(createReadStream(this.path));
  }
}
