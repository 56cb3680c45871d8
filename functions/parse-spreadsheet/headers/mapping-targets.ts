import { allFields, type Field, traitsOf } from '../../../schema/fields/fields.ts';
import type { HeaderMatch } from './conventions/convention.ts';
import { template } from './conventions/index.ts';
import { lookUpHeader } from './dictionary.ts';

/** What a mapping may say besides the template's columns. */
const words: Partial<Record<string, HeaderMatch>> = {
  attribute: { field: 'attribute', priority: 0 },
  ignore: { field: 'ignored', priority: 0 },
};

/** What a column mapping's target means: a column of the template, `attribute` or `ignore`; null for anything else. */
export function mappingTarget(target: string): HeaderMatch | null {
  const word = target.trim().toLowerCase();
  return (Object.hasOwn(words, word) ? words[word] : undefined) ?? lookUpHeader(template, target);
}

/**
 * One target for each field that a mapping can name, as people call it: its label, or else its first column in the
 * template.
 */
export const mappingTargets: readonly { target: string; field: Field }[] = [
  ...allFields.flatMap((field) => {
    if (Object.values(words).some((match) => match?.field === field)) return [];
    const columns = Object.entries(template.columns).flatMap(([header, held]) => (held === field ? [header] : []));
    const numbered = columns.map((header) => header.replace('{n}', '1'));
    const target = [traitsOf(field).label, ...numbered].find((name) => lookUpHeader(template, name)?.field === field);
    return target === undefined ? [] : [{ target, field }];
  }),
  { target: 'attribute', field: 'attribute' as const },
  { target: 'ignore', field: 'ignored' as const },
];

/** How a mapping names the field; null for what only a shop's own export has. */
export function targetOf(field: Field): string | null {
  return mappingTargets.find((candidate) => candidate.field === field)?.target ?? null;
}
