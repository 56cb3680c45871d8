import { type Field, traitsOf } from '../../../schema/fields/fields.ts';
import { normaliseHeader, withoutAccents } from '../../shared/headers/header-names.ts';
import { longestHeader, remember } from '../../shared/headers/remember.ts';
import { isCurrency } from '../values/currencies.ts';
import { isUnit } from '../values/read-measure.ts';
import type { Convention, HeaderMatch } from './conventions/convention.ts';
import { readImageHeader } from './image-header.ts';
import { readQualified } from './qualified-header.ts';

/** What a placeholder stands for, in a normalised header. */
const placeholders = {
  n: '(\\d{1,3}|one|two|three)',
  unit: '([a-z]{1,12})',
  currency: '([a-z]{1,12})',
  language: '([a-z]{2})(?:[a-z]{2})?',
  outlet: '(.{1,60})',
} as const;
/** As Lightspeed numbers a variant's options. */
const numberWords: Partial<Record<string, number>> = { one: 1, two: 2, three: 3 };
type Placeholder = keyof typeof placeholders;
type Pattern = { pattern: RegExp; placeholder: Placeholder; field: Field; priority: number };
type Dictionary = { exact: Map<string, HeaderMatch>; patterns: Pattern[] };
type LookUp = (header: string) => HeaderMatch | null;

/** Google's feeds converted from XML have `g:price`. */
const namespacePrefix = /^\s*g:/i;

/** `name.en`, `description-de_DE`: without the sign between them, `named` would be German. */
const languageSuffix = /[.:_-][a-z]{2}(?:[_-][a-z]{2})?$/i;
const languageNames = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });
const isLanguage = (code: string) => languageNames.of(code) !== undefined;

/** Shopify names a metafield's key in brackets, Matrixify in front: what it holds is the shop's own. */
const metafield = /\((product|variant)\.metafields\.[^)]*\)|^(variant )?metafield:/i;

const lookUps = new WeakMap<Convention, LookUp>();

/** Looks a header up in a convention; null where the convention does not know it. Image columns are known to all. */
export function lookUpHeader(convention: Convention, header: string): HeaderMatch | null {
  if (header.length > longestHeader) return null;
  const known = lookUps.get(convention);
  if (known !== undefined) return known(header);
  const lookUp = remember(lookUpIn(dictionaryOf(convention)));
  lookUps.set(convention, lookUp);
  return lookUp(header);
}

function lookUpIn(dictionary: Dictionary): LookUp {
  return (header) => {
    const owner = metafield.exec(header)?.slice(1).join('').trim().toLowerCase();
    if (owner !== undefined) return { field: owner === 'variant' ? 'variantAttribute' : 'attribute', priority: 0 };
    return readQualified(header.replace(namespacePrefix, ''), (plain) => lookUp(dictionary, plain));
  };
}

function lookUp(dictionary: Dictionary, header: string): HeaderMatch | null {
  const normalised = normaliseHeader(header);
  if (normalised === '') return null;
  const exact = dictionary.exact.get(normalised) ?? dictionary.exact.get(withoutAccents(normalised));
  if (exact !== undefined) return exact;
  for (const { pattern, placeholder, field, priority } of dictionary.patterns) {
    const found = pattern.exec(normalised)?.[1];
    if (found === undefined) continue;
    if (placeholder === 'n') return { field, priority, number: numberWords[found] ?? Number(found) };
    if (placeholder === 'unit' && isUnit(found)) return { field, priority, unit: found };
    if (placeholder === 'currency' && isCurrency(found.toUpperCase())) {
      return { field, priority, currency: found.toUpperCase() };
    }
    if (placeholder === 'language' && languageSuffix.test(header) && isLanguage(found)) {
      return { field, priority, language: found };
    }
    // `Inventory Count` is no outlet called Count.
    if (placeholder === 'outlet' && header.includes('_')) return { field, priority, anyWord: true };
  }
  const image = readImageHeader(normalised);
  return image === null ? null : { field: 'image', priority: image.rank * 1000, number: image.number };
}

/** Normalised headers of the dictionary that contain no placeholder, for suggestions. */
export function knownHeaders(convention: Convention): { normalised: string; header: string; field: Field }[] {
  return Object.entries(convention.columns)
    .filter(([header, field]) => !header.includes('{') && field !== 'ignored' && traitsOf(field).kind !== 'attribute')
    .map(([header, field]) => ({ normalised: normaliseHeader(header), header, field }));
}

function dictionaryOf(convention: Convention): Dictionary {
  const dictionary: Dictionary = { exact: new Map(), patterns: [] };
  const columns = [...Object.entries(convention.columns), ...Object.entries(convention.translations ?? {})];
  for (const [priority, [header, field]] of columns.entries()) {
    const placeholder = /\{(n|unit|currency|language|outlet)\}/.exec(header)?.[1] as Placeholder | undefined;
    if (placeholder !== undefined) {
      const source = header.split(/\{\w+\}/).map(normaliseHeader);
      const pattern = new RegExp(`^${source.join(placeholders[placeholder])}$`);
      dictionary.patterns.push({ pattern, placeholder, field, priority });
    } else {
      const normalised = normaliseHeader(header);
      const image = field === 'image' ? readImageHeader(normalised) : null;
      const match = image === null ? { field, priority } : { field, priority: image.rank * 1000, number: image.number };
      for (const name of [normalised, withoutAccents(normalised)]) {
        if (!dictionary.exact.has(name)) dictionary.exact.set(name, match);
      }
    }
  }
  return dictionary;
}
