import { limits } from '../limits.ts';
import type { SourceRow } from '../sheets/cells.ts';
import type { Convention } from './conventions/convention.ts';
import { joinHeaderRows } from './join-header-rows.ts';
import { recognise } from './recognise-header.ts';

export type Header = { row: SourceRow; convention: Convention; known: number };

/**
 * The header among a sheet's first rows: the one with most known columns, the earlier of equals, since titles,
 * addresses and notes may stand above it. Two rows are one header where together they name more columns than either: the
 * lower one's names, in groups. Null where no row could be one.
 */
export function findHeader(rows: readonly SourceRow[], columnMapping: Record<string, string>): Header | null {
  let best: Header | null = null;
  let above: SourceRow | undefined;
  for (const row of rows.slice(0, limits.headerSearchRows)) {
    const joined = above === undefined ? null : joinHeaderRows(above, row);
    for (const candidate of joined === null ? [row] : [row, joined]) {
      const { convention, known, usable } = recognise(candidate.cells, columnMapping);
      if (usable && known > (best?.known ?? 0)) best = { row: candidate, convention, known };
    }
    above = row;
  }
  return best;
}
