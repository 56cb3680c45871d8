import { type Cell, shownText } from '../sheets/cells.ts';
import type { GroupRow } from './row-values.ts';

/** Of a number, whatever it is. */
const numberCharacters = 10;

const textOf = (cell: Cell) => (typeof cell === 'string' ? cell : shownText(cell));

/**
 * Characters of a product as its rows say it: of every cell with a value, and of its header, since an attribute is kept
 * under the header of its column. Empty cells count nothing.
 */
export function rowsSize(rows: readonly GroupRow[]): number {
  let size = 0;
  for (const { layout, cells } of rows) {
    for (let index = 0; index < cells.length; index += 1) {
      const cell = cells[index] ?? null;
      if (cell === null) continue;
      const length = typeof cell === 'number' ? numberCharacters : textOf(cell).length;
      size += length + (layout.columns[index]?.header.length ?? 0);
    }
  }
  return size;
}
