import { allFields, type Field, traitsOf } from '../fields.ts';
import { german } from './de.ts';
import { spanish } from './es.ts';
import { french } from './fr.ts';
import { italian } from './it.ts';
import { japanese } from './ja.ts';
import { dutch } from './nl.ts';
import { polish } from './pl.ts';
import { portuguese } from './pt.ts';
import { russian } from './ru.ts';
import { turkish } from './tr.ts';
import { ukrainian } from './uk.ts';
import { headersOf, type Words } from './words.ts';
import { chinese } from './zh.ts';

/** By ISO 639-1; no header means different fields in two of them (a test says so). */
export const languages = {
  de: german,
  fr: french,
  es: spanish,
  it: italian,
  pt: portuguese,
  nl: dutch,
  pl: polish,
  ru: russian,
  uk: ukrainian,
  zh: chinese,
  ja: japanese,
  tr: turkish,
} as const satisfies Record<string, Words>;

/** English, the template's own first: each field's `words`. */
export const english: Words = Object.fromEntries(
  allFields.flatMap((field) => {
    const { words } = traitsOf(field);
    return words === undefined ? [] : [[field, words]];
  }),
);

/** Header → field, of the template's own headers and of English lists made by hand. */
export const englishHeaders = headersOf(english);

/** Header → field, of lists made by hand in other languages. */
export const translatedHeaders: Record<string, Field> = Object.assign({}, ...Object.values(languages).map(headersOf));
