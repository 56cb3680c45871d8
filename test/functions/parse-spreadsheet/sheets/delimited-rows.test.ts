import { describe, expect, it } from 'vitest';
import { limits } from '../../../../functions/parse-spreadsheet/limits.ts';
import type { SourceRow } from '../../../../functions/parse-spreadsheet/sheets/cells.ts';
import { readDelimitedRows } from '../../../../functions/parse-spreadsheet/sheets/delimited-rows.ts';

const pieceCharacters = 16 * 1024;

/** A text of so many pieces, `first` and then `more` again and again, and how much of it was asked for. */
function textOf({ first = '', more, pieceCount }: { first?: string; more: string; pieceCount: number }) {
  const asked = { pieces: 0 };
  async function* pieces() {
    const piece = more.repeat(Math.ceil(pieceCharacters / more.length));
    for (; asked.pieces < pieceCount; asked.pieces += 1) yield asked.pieces === 0 ? `${first}${piece}` : piece;
  }
  return { asked, text: { pieces: pieces(), pieceCount, delimiter: ',', declared: false } };
}

async function rowsOf(text: Parameters<typeof readDelimitedRows>[0]): Promise<SourceRow[]> {
  const rows: SourceRow[] = [];
  for await (const batch of readDelimitedRows(text)) rows.push(...batch);
  return rows;
}

const readAll = (...pieces: string[]) => {
  async function* all() {
    yield* pieces;
  }
  return rowsOf({ pieces: all(), pieceCount: pieces.length, delimiter: ',', declared: false });
};

/** Of 6,400 pieces, 100 MB: those that may be read before the file is refused. CPU time follows them. */
const megabytes = (count: number) => (count * 1024 * 1024) / pieceCharacters;

describe('a text of 100 MB that holds more than is read', () => {
  it.each([
    { of: 'commas alone', more: ',', refusal: /^Row 2 has more than \d+ characters/, read: megabytes(4) },
    { of: 'newlines alone', more: '\n', refusal: /more than \d+ rows, blank ones included/, read: megabytes(4) },
    { of: 'blank rows', more: ',\n', refusal: /more than \d+ rows, blank ones included/, read: megabytes(4) },
    { of: 'empty cells', more: `${','.repeat(499)}\n`, refusal: /more than \d+ cells/, read: megabytes(4) },
    {
      of: 'rows of 500 letters',
      more: `${Array(500).fill('x').join(',')}\n`,
      refusal: /more than \d+ cells/,
      pieceCount: 16_000,
      read: megabytes(4),
    },
    { of: 'one unquoted cell', more: 'x', refusal: /^Row 2 has more than \d+ characters/, read: megabytes(4) },
    { of: 'one quoted cell', first: '"', more: 'xy\n', refusal: /quote opened in row 2 is never closed/ },
  ])(
    'is refused for $of after the first megabytes',
    async ({ first = '', more, refusal, read, pieceCount = 6_400 }) => {
      const { asked, text } = textOf({ first: `SKU,Title\n${first}`, more, pieceCount });
      await expect(rowsOf(text)).rejects.toThrow(refusal);
      // Looking for the end of a quote reads on, and parses nothing.
      expect(asked.pieces).toBeLessThanOrEqual(read === undefined ? pieceCount : read + 1);
    },
  );

  it('is refused only at the limit where an estimate is not certain', async () => {
    const { text, asked } = textOf({ more: '\n', pieceCount: Math.ceil((1.2 * limits.lines) / pieceCharacters) });
    await expect(rowsOf(text)).rejects.toMatchObject({ name: 'SpreadsheetTooLarge' });
    expect(asked.pieces).toBe(Math.floor(limits.lines / pieceCharacters));
  });
});

describe('a cell over the limit', () => {
  const lines = 'a line of a description\n'.repeat(1000);
  const cell = (characters: number) => Array(Math.ceil(characters / lines.length)).fill(lines);

  it.each([
    ['of 2 MB', cell(2_000_000)],
    ['of 5 MB', cell(5_000_000)],
    ['of 10 MB', cell(10_000_000)],
  ])('%s is named as what it is, its quote being closed', async (_, pieces) => {
    for (const end of ['",9\nB,Bowl,1\n', '"\nB,Bowl,1\n', '"']) {
      const refused = readAll('SKU,Title\nA,"', ...pieces, end);
      await expect(refused).rejects.toMatchObject({
        name: 'SpreadsheetTooLarge',
        message: expect.stringMatching(/^A cell of row 2 holds .* at most 1000000 are accepted\.$/),
      });
    }
  });

  it('whose quote is not closed is named for that', async () => {
    for (const size of [100, 5_000_000]) {
      await expect(readAll('SKU,Title\nA,"', ...cell(size), 'B,Bowl ', '"', '"wide\n')).rejects.toMatchObject({
        name: 'CorruptSpreadsheet',
        message: 'A quote opened in row 2 is never closed: the file is cut off or a quote is missing.',
      });
    }
  });
});

it('numbers rows as a spreadsheet program does: blank ones count, lines within cells do not', async () => {
  const text = 'sep=,\n\nSKU,Title\n\n,,\nA,"two\n\nlines"\n\n\nB,Bowl\n\n';
  for (const size of [1, 3, text.length]) {
    async function* pieces() {
      for (let start = 0; start < text.length; start += size) yield text.slice(start, start + size);
    }
    const rows = await rowsOf({ pieces: pieces(), pieceCount: 1, delimiter: ',', declared: true });
    expect(rows.map(({ number, cells }) => [number, cells[0]])).toEqual([
      [3, 'SKU'],
      [6, 'A'],
      [9, 'B'],
    ]);
  }
});
