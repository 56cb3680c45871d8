import { type Cells, type SourceRow, shownText } from '../sheets/cells.ts';
import { borrowed } from './conventions/borrowed.ts';
import { template } from './conventions/index.ts';
import { lookUpHeader } from './dictionary.ts';

/** Longer texts are no headers. */
const longestName = 60;

/**
 * Two rows as one header: names in the lower one, groups of them in the upper one, whose cell stands over the first column
 * of its group. A name that says nothing by itself has its group in front (`Price` over `Retail`); a column without a name
 * has the upper cell for one. Null where the lower row is no row of names.
 */
export function joinHeaderRows(upper: SourceRow, lower: SourceRow): SourceRow | null {
  if (lower.number !== upper.number + 1) return null;
  const names = texts(lower.cells);
  const groups = texts(upper.cells);
  if (names === null || groups === null || groups.filter((group) => group !== '').length < 2) return null;
  let group = '';
  const seen = new Set<string>();
  const cells = Array.from({ length: Math.max(names.length, groups.length) }, (_, index) => {
    group = groups[index] || group;
    const name = names[index] ?? '';
    const joined = name === '' ? (groups[index] ?? '') : nameInGroup(group, name, seen);
    seen.add(joined.toLowerCase());
    return joined === '' ? null : joined;
  });
  return { number: lower.number, cells };
}

/** The texts of cells that may all be names; null where one is none. */
function texts(cells: Cells): string[] | null {
  const shown = Array.from(cells, (cell) => shownText(cell).replace(/\s+/g, ' ').trim());
  const areNames = cells.every(
    (cell, index) =>
      cell === null || (typeof cell === 'string' && (shown[index] ?? '').length <= longestName && !/\/\//.test(cell)),
  );
  return areNames ? shown : null;
}

function nameInGroup(group: string, name: string, seen: ReadonlySet<string>): string {
  const isKnown = (header: string) => lookUpHeader(template, header) ?? lookUpHeader(borrowed, header);
  if (group === '' || (isKnown(name) && !seen.has(name.toLowerCase()))) return name;
  const together = [`${group} ${name}`, `${name} ${group}`];
  return together.find((header) => isKnown(header) && !seen.has(header.toLowerCase())) ?? `${group} ${name}`;
}
