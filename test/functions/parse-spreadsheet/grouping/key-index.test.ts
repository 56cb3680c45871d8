import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyIndex } from '../../../../functions/parse-spreadsheet/grouping/key-index.ts';

describe('an index of keys', () => {
  it('numbers keys in the order in which they come, however many and however often', () => {
    // More than it begins with room for, so that it grows twice.
    const keys = fc.array(fc.integer({ min: 0, max: 4000 }), { minLength: 4000, maxLength: 6000, size: 'max' });
    fc.assert(
      fc.property(keys, (given) => {
        const index = new KeyIndex();
        const expected = new Map<number, number>();
        for (const key of given) {
          if (!expected.has(key)) expected.set(key, expected.size);
          expect(index.add(`key ${key}`)).toBe(expected.get(key));
        }
        expect(index.count).toBe(expected.size);
      }),
      { numRuns: 5, endOnFailure: true },
    );
  });

  it('finds the keys of another index', () => {
    const [index, other] = [new KeyIndex(), new KeyIndex()];
    for (const key of ['a', 'b', 'c']) index.add(key);
    for (const key of ['c', 'z', '', 'a']) other.add(key);
    expect([0, 1, 2, 3].map((number) => index.find(other, number))).toEqual([2, undefined, undefined, 0]);
  });
});
