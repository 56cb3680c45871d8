import { expect, it } from 'vitest';
import { longestHeader, remember } from '../../../../functions/shared/headers/remember.ts';

/** Lengths of texts, and which texts were measured. */
function measuring() {
  const measured: string[] = [];
  const lengthOf = remember((text) => {
    measured.push(text);
    return text === 'nothing' ? null : text.length;
  });
  return { measured, lengthOf };
}

it('computes once for each text, even where the result is null', () => {
  const { measured, lengthOf } = measuring();
  expect([lengthOf('price'), lengthOf('nothing'), lengthOf('price'), lengthOf('nothing')]).toEqual([5, null, 5, null]);
  expect(measured).toEqual(['price', 'nothing']);
});

it('keeps no text that is longer than a header', () => {
  const { measured, lengthOf } = measuring();
  const long = 'x'.repeat(longestHeader + 1);
  expect([lengthOf(long), lengthOf(long)]).toEqual([long.length, long.length]);
  expect(measured).toEqual([long, long]);
});

it('lets texts go when a hostile file has more of them than any header', () => {
  const { measured, lengthOf } = measuring();
  for (let number = 0; number < 10_000; number += 1) lengthOf(`header ${number}`);
  expect(lengthOf('header 0')).toBe(8);
  expect(measured).toHaveLength(10_001);
});
