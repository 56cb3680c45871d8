import { distance } from 'fastest-levenshtein';
import type { Field } from '../../../schema/fields/fields.ts';
import { normaliseHeader } from '../../shared/headers/header-names.ts';
import { type Problem, problem } from '../problems.ts';
import { template } from './conventions/index.ts';
import { knownHeaders } from './dictionary.ts';
import type { Layout } from './layout.ts';

/**
 * Warnings for unknown headers within two edits of a known one (one edit for short ones) whose field no column holds.
 * The column stays an attribute, with the field as its proposal: a guess is for a person to confirm.
 */
export function suggestHeaders(layout: Omit<Layout, 'speech'>, taken: ReadonlySet<Field>): Problem[] {
  const known = [...knownHeaders(layout.convention), ...knownHeaders(template)];
  const images = ['Image', 'Image URL', 'Photo', 'Picture'].map((header) => ({
    header,
    normalised: normaliseHeader(header),
    field: 'image' as const,
  }));
  return layout.columns.flatMap((column) => {
    if (column === null || column.match !== null) return [];
    const normalised = normaliseHeader(column.header).replace(/\d+$/, '');
    // A known word, whose field another column has.
    if (normalised.length > 40 || known.some((other) => other.normalised === normalised)) return [];
    const edits = normalised.length >= 5 ? 2 : normalised.length >= 3 ? 1 : 0;
    const nearest = [...known, ...images]
      .filter(({ field, normalised: other }) => !taken.has(field) && other.length >= 3)
      .map((candidate) => ({ ...candidate, edits: distance(normalised, candidate.normalised) }))
      .filter((candidate) => candidate.edits > 0 && candidate.edits <= edits)
      .sort((a, b) => a.edits - b.edits)[0];
    if (nearest === undefined) return [];
    column.proposed = nearest.field;
    return [
      problem('similar_header', {
        sheet: layout.sheet,
        row: layout.headerRow,
        column: column.header,
        value: column.header,
        message: `Did you mean “${nearest.header}”? The column “${column.header}” is kept as an attribute.`,
      }),
    ];
  });
}
