import { hash } from 'node:crypto';

const wordsPerKey = 4;

/**
 * Numbers keys in the order in which they are first added, from 0. A key takes 24 to 32 bytes however long it is, and
 * nothing that a garbage collector has to look at: files have a million of them. Keys are told apart by the first 128 bits
 * of their SHA-256, so that nobody can write a file in which two are taken for one, or in which looking them up is slow.
 */
export class KeyIndex {
  #digests = new Int32Array(wordsPerKey * 1024);
  /** An open-addressing hash table, at most half full: number + 1 of a key, 0 where there is none. */
  #slots = new Int32Array(2048);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** The number of a key, which is new where it was not there. */
  add(key: string): number {
    const digest = digestOf(key);
    const slot = this.#slotOf(digest, 0);
    const found = this.#slots[slot] ?? 0;
    if (found > 0) return found - 1;
    const number = this.addNameless();
    this.#digests.set(digest, number * wordsPerKey);
    this.#slots[slot] = number + 1;
    if (this.#count * 2 > this.#slots.length) this.#rehash();
    return number;
  }

  /** A number of its own for what has no key. */
  addNameless(): number {
    const number = this.#count++;
    if (this.#digests.length < wordsPerKey * this.#count)
      this.#digests = new Int32Array(this.#digests.buffer.transfer(this.#digests.byteLength * 2));
    return number;
  }

  /** The number here of the key with number `number` in another index; undefined where it was never added here. */
  find(other: KeyIndex, number: number): number | undefined {
    const found = this.#slots[this.#slotOf(other.#digests, number * wordsPerKey)] ?? 0;
    return found > 0 ? found - 1 : undefined;
  }

  /** Where a key is in the table, or would be. `from`: where its digest begins in `digest`. */
  #slotOf(digest: Int32Array, from: number): number {
    const last = this.#slots.length - 1;
    for (let slot = (digest[from] ?? 0) & last; ; slot = (slot + 1) & last) {
      const found = this.#slots[slot] ?? 0;
      if (found === 0 || this.#holds(found - 1, digest, from)) return slot;
    }
  }

  #holds(number: number, digest: Int32Array, from: number): boolean {
    for (let word = 0; word < wordsPerKey; word += 1) {
      if (this.#digests[number * wordsPerKey + word] !== digest[from + word]) return false;
    }
    return true;
  }

  #rehash(): void {
    this.#slots = new Int32Array(this.#slots.length * 2);
    for (let number = 0; number < this.#count; number += 1)
      this.#slots[this.#slotOf(this.#digests, number * wordsPerKey)] = number + 1;
  }
}

const digest = new Int32Array(wordsPerKey);
const bytes = Buffer.from(digest.buffer);

/** Overwritten by the next call. */
function digestOf(key: string): Int32Array {
  bytes.write(hash('sha256', key, 'binary'), 'latin1');
  return digest;
}
