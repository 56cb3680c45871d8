import { limits } from '../../limits.ts';
import { type SourceRow, shownText } from '../../sheets/cells.ts';

/**
 * The row that a person takes for the header where no word of it is known: the first with as many texts as the table has
 * columns, all short, none twice, none a number. Null where there is none, or nothing below it.
 */
export function likelyHeader(rows: readonly SourceRow[]): SourceRow | null {
  const searched = rows.slice(0, limits.headerSearchRows);
  const widths = rows.map(({ cells }) => filledTexts(cells).length).sort((a, b) => a - b);
  const usual = widths[Math.floor(widths.length / 2)] ?? 0;
  for (const row of searched) {
    const texts = filledTexts(row.cells);
    if (texts.length < Math.max(2, usual * 0.7) || !texts.every(isName)) continue;
    if (new Set(texts).size < texts.length * 0.9) continue;
    return row === rows.at(-1) ? null : row;
  }
  return null;
}

const filledTexts = (cells: SourceRow['cells']) =>
  cells.map((cell) => shownText(cell).trim()).filter((text) => text !== '');

/** A sentence ends in a sign; so do abbreviations, which are shorter. */
const isName = (text: string) =>
  text.length <= 60 && /\p{L}/u.test(text) && !/^[\d\p{Sc}]|:\/\/|@|[!?]$|.{30}\.$/u.test(text);
