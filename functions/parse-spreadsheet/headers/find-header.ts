import { limits } from '../limits.ts';
import type { SourceRow } from '../sheets/cells.ts';
import type { Convention } from './conventions/convention.ts';
import { recognise } from './recognise-header.ts';

export type Header = { row: SourceRow; convention: Convention; known: number };

/**
 * The header among a sheet's first rows: the one with most known columns, the earlier of equals, since titles,
 * addresses and notes may stand above it. Null where no row could be one.
 */
export function findHeader(rows: readonly SourceRow[], columnMapping: Record<string, string>): Header | null {
  let best: Header | null = null;
  for (const row of rows.slice(0, limits.headerSearchRows)) {
    const { convention, known, usable } = recognise(row.cells, columnMapping);
    if (usable && known > (best?.known ?? 0)) best = { row, convention, known };
  }
  return best;
}
