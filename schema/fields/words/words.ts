import type { Field } from '../fields.ts';

/** Headers of lists made by hand in one language, by the field that they name. */
export type Words = Partial<Record<Field, readonly string[]>>;

/** Header → field. */
export function headersOf(words: Words): Record<string, Field> {
  const entries = Object.entries(words) as [Field, readonly string[]][];
  return Object.fromEntries(entries.flatMap(([field, headers]) => headers.map((header) => [header, field])));
}
