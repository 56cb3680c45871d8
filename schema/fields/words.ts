import { allFields, type Field, traitsOf } from './fields.ts';
import { type Language, languages } from './traits.ts';

/** Header → field, of the template's own headers and of English lists made by hand. */
export const englishHeaders = headersIn('en');

/** Header → field, of lists made by hand in other languages. */
export const translatedHeaders = Object.fromEntries(
  languages.flatMap((language) => Object.entries(headersIn(language))),
);

function headersIn(language: Language | 'en'): Record<string, Field> {
  return Object.fromEntries(
    allFields.flatMap((field) => (traitsOf(field).words?.[language] ?? []).map((header) => [header, field] as const)),
  );
}
