import { type Field, fieldsWith, identifyingFields } from '../../../schema/fields/fields.ts';
import { normaliseHeader } from '../../shared/headers/header-names.ts';
import { longestHeader } from '../../shared/headers/remember.ts';
import { type Cells, shownText } from '../sheets/cells.ts';
import { borrowed } from './conventions/borrowed.ts';
import type { Convention } from './conventions/convention.ts';
import { conventions, template } from './conventions/index.ts';
import { lookUpHeader } from './dictionary.ts';
import { mappingTarget } from './mapping-targets.ts';

/** A number of a header's known columns: how likely a row is the header, and which convention it follows. */
export type Recognition = { convention: Convention; known: number; usable: boolean };

/** Numbers and URLs, which most cells of the rows below a header are. */
const noName = /^[\d\s.,%+-]*$|:\/\//;

/** Judges a row as a header: the convention that knows most of its columns. */
export function recognise(cells: Cells, columnMapping: Record<string, string>): Recognition {
  const mapped = new Map(Object.entries(columnMapping).map(([header, target]) => [normaliseHeader(header), target]));
  const headers = cells
    .map((cell) => shownText(cell).trim())
    .filter((text) => text.length <= longestHeader && (!noName.test(text) || mapped.has(normaliseHeader(text))));
  let best: Recognition = { convention: template, known: 0, usable: false };
  for (const convention of conventions) {
    const found = new Set<string>();
    const fields = new Set<Field>();
    for (const header of headers) {
      const target = mapped.get(normaliseHeader(header));
      const match = target === undefined ? lookUpHeader(convention, header) : mappingTarget(target);
      // The column that rejected.xlsx adds is no sign of the template.
      if (match === null || match.anyWord || (convention === template && match.field === 'ignored')) continue;
      found.add(`${match.field}:${match.number ?? header}`);
      fields.add(match.field);
    }
    // Words such as Color, Material and Condition are in many a list: what names the products must be the shop's, too.
    const own = convention === template || naming.some((field) => fields.has(field));
    const known = own ? found.size : 0;
    if (known > best.known) best = { convention, known, usable: isUsable(headers, convention, mapped) };
  }
  return best;
}

/** The most columns that are known in any of the rows, were it the header. */
export function bestHeader(rows: readonly Cells[], columnMapping: Record<string, string>): number {
  return Math.max(0, ...rows.map((row) => recognise(row, columnMapping).known));
}

const naming = fieldsWith({ names: true });
const identifying = [...naming, ...identifyingFields];
const sold = fieldsWith({ sold: true });

/**
 * A header can be imported when it identifies products, or names them and says what they cost or look like: `Name` and
 * `Description` alone are also what a sheet of instructions has.
 */
function isUsable(headers: string[], convention: Convention, mapped: Map<string, string>): boolean {
  const held = new Set<Field>();
  for (const header of headers) {
    const target = mapped.get(normaliseHeader(header));
    const match =
      target === undefined
        ? (lookUpHeader(convention, header) ?? lookUpHeader(template, header) ?? lookUpHeader(borrowed, header))
        : mappingTarget(target);
    if (match !== null) held.add(match.field);
  }
  const named = held.has('title') || held.has('description');
  // A number of rows alone (`ID`, `Name`) is also what lists of customers have.
  const identified = identifying.some((field) => held.has(field) && (field !== 'id' || convention !== template));
  return identified ? held.size >= 2 : named && sold.some((field) => held.has(field));
}
