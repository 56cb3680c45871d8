import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RowSpool } from '../../../../functions/parse-spreadsheet/grouping/row-spool.ts';
import { SharedStrings } from '../../../../functions/parse-spreadsheet/sheets/xlsx/shared-strings.ts';
import { temporaryDirectory } from '../spreadsheets.ts';

describe('the spool of rows', () => {
  it('gives back every product with its rows in order, wherever they stood and however long they are', async () => {
    const directory = await temporaryDirectory();
    let run = 0;
    const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.string({ unit: 'grapheme' })), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(rows, (given) => {
        const spool = new RowSpool(join(directory, `spool-${run++}`));
        const expected = new Map<string, string[]>();
        for (const [number, [product, text]] of given.entries()) {
          spool.add(`p${product}`, { layout: 0, number, cells: [text] });
          expected.set(`p${product}`, [...(expected.get(`p${product}`) ?? []), text]);
        }
        expect(
          [...spool.read(1000)].map(({ code, rows: found }) => [code, found.map(({ cells }) => cells[0])]),
        ).toEqual([...expected]);
        spool.close();
      }),
      { numRuns: 50 },
    );
  });

  it('reads on past its window of one megabyte', async () => {
    const spool = new RowSpool(join(await temporaryDirectory(), 'spool'));
    const text = 'x'.repeat(50_000);
    for (let number = 0; number < 100; number += 1) spool.add(`p${number % 50}`, { layout: 0, number, cells: [text] });
    const numbers = [...spool.read(1000)].map(({ rows }) => rows.map(({ number }) => number));
    expect(numbers).toEqual(Array.from({ length: 50 }, (_, index) => [index, index + 50]));
    spool.close();
  });

  it('joins a product to another in the order of the file and counts rows beyond the most that are read', async () => {
    const spool = new RowSpool(join(await temporaryDirectory(), 'spool'));
    for (const [number, key] of ['a', 'b', 'a', 'c'].entries()) spool.add(key, { layout: 0, number, cells: [] });
    spool.alias('a', 'b');
    spool.alias('a', 'c');
    spool.alias('missing', 'b');
    spool.alias('c', 'c');
    spool.join();
    expect([...spool.read(2)].map(({ code, rows, more }) => [code, rows.map(({ number }) => number), more])).toEqual([
      ['b', [0, 1], 1],
      ['c', [3], 0],
    ]);
    spool.close();
  });
});

describe('shared strings', () => {
  it('are what was added, over page borders and of any length', async () => {
    const directory = await temporaryDirectory();
    let run = 0;
    const texts = fc.array(
      fc.oneof(
        fc.string({ unit: 'grapheme' }),
        fc.nat(40_000).map((length) => 'é'.repeat(length)),
      ),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(texts, (given) => {
        const strings = new SharedStrings(join(directory, `strings-${run++}`));
        for (const text of given) strings.add(text);
        strings.end();
        expect(given.map((_, index) => strings.get(index))).toEqual(given.map((text) => text.toWellFormed()));
        expect(strings.get(given.length)).toBeUndefined();
        strings.close();
      }),
      { numRuns: 50 },
    );
  });
});
