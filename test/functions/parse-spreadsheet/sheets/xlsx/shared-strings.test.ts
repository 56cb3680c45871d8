import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { SharedStrings } from '../../../../../functions/parse-spreadsheet/sheets/xlsx/shared-strings.ts';

/** Some longer than a page of the cache, some not ASCII, so that pages of both kinds are next to each other. */
const text = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc
    .tuple(fc.constantFrom('a', 'é', '花', '😀'), fc.integer({ min: 0, max: 20_000 }))
    .map(([unit, n]) => unit.repeat(n)),
);

it('gives every string back, in any order', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'shared-strings-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  let file = 0;
  const texts = fc.array(text, { minLength: 1, maxLength: 30 });
  const order = fc.array(fc.nat(), { maxLength: 60 });
  fc.assert(
    fc.property(texts, order, (written, places) => {
      const strings = new SharedStrings(join(directory, String(file++)));
      for (const one of written) strings.add(one);
      strings.end();
      const indexes = [...written.keys(), ...places.map((place) => place % written.length)];
      expect(indexes.map((index) => strings.get(index))).toEqual(indexes.map((index) => written[index]));
      expect([strings.get(-1), strings.get(written.length)]).toEqual([undefined, undefined]);
      strings.close();
    }),
  );
});
