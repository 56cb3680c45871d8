import { closeSync, openSync, readSync, writeSync } from 'node:fs';

const bufferBytes = 256 * 1024;

/**
 * A temporary file that texts are appended to as UTF-8, and read from at any place. Texts wait for the disk as bytes in
 * one buffer: strings that wait live just long enough to make V8 give a tall file twice the memory.
 */
export class TextFile {
  readonly #file: number;
  #pending: Buffer = Buffer.allocUnsafeSlow(bufferBytes);
  #pendingBytes = 0;
  #written = 0;

  constructor(path: string) {
    this.#file = openSync(path, 'wx+', 0o600);
  }

  /** Bytes appended so far. */
  get bytes(): number {
    return this.#written + this.#pendingBytes;
  }

  append(text: string): void {
    // A unit of UTF-16 is at most three bytes of UTF-8.
    const room = 3 * text.length;
    if (this.#pendingBytes + room > this.#pending.length) this.flush();
    if (room > this.#pending.length) this.#pending = Buffer.allocUnsafeSlow(room);
    this.#pendingBytes += this.#pending.write(text, this.#pendingBytes);
  }

  /** Writes what waits: it can be read from then on. */
  flush(): void {
    for (let done = 0; done < this.#pendingBytes; )
      done += writeSync(this.#file, this.#pending, done, this.#pendingBytes - done, this.#written + done);
    this.#written += this.#pendingBytes;
    this.#pendingBytes = 0;
  }

  /** Fills `into` with the bytes from `start` on, as far as there are any; returns those. */
  read(into: Buffer, start: number): Buffer {
    const bytes = into.subarray(0, this.#written - start);
    for (let done = 0; done < bytes.length; ) {
      const read = readSync(this.#file, bytes, done, bytes.length - done, start + done);
      if (read === 0) throw new Error(`A temporary file of ${this.#written} bytes ends at ${start + done}`);
      done += read;
    }
    return bytes;
  }

  close(): void {
    closeSync(this.#file);
  }
}
