import { decimalText, longestNumber, readNumber } from './read-money.ts';

/** Grams in a unit of weight. */
const grams: Record<string, number> = {
  g: 1,
  gr: 1,
  gram: 1,
  grams: 1,
  gramm: 1,
  kg: 1000,
  kgs: 1000,
  kilo: 1000,
  kilos: 1000,
  kilogram: 1000,
  kilograms: 1000,
  mg: 0.001,
  t: 1_000_000,
  oz: 28.349523125,
  ozs: 28.349523125,
  ounce: 28.349523125,
  ounces: 28.349523125,
  lb: 453.59237,
  lbs: 453.59237,
  pound: 453.59237,
  pounds: 453.59237,
  '#': 453.59237,
};
/** Millimetres in a unit of length. */
const millimetres: Record<string, number> = {
  mm: 1,
  millimeter: 1,
  millimeters: 1,
  millimetre: 1,
  millimetres: 1,
  cm: 10,
  cms: 10,
  centimeter: 10,
  centimeters: 10,
  centimetre: 10,
  centimetres: 10,
  m: 1000,
  meter: 1000,
  meters: 1000,
  metre: 1000,
  metres: 1000,
  in: 25.4,
  ins: 25.4,
  inch: 25.4,
  inches: 25.4,
  '"': 25.4,
  '”': 25.4,
  '″': 25.4,
  "''": 25.4,
  ft: 304.8,
  foot: 304.8,
  feet: 304.8,
  "'": 304.8,
  '’': 304.8,
  '′': 304.8,
  yd: 914.4,
  yard: 914.4,
  yards: 914.4,
};
const unitsOf = { weight: grams, dimension: millimetres } as const;
export type Dimension = keyof typeof unitsOf;

export const isUnit = (name: string) => Object.hasOwn(grams, name) || Object.hasOwn(millimetres, name);
export const isUnitOf = (dimension: Dimension, name: string) => Object.hasOwn(unitsOf[dimension], name.toLowerCase());

/** The unit meant by a number without one: what the supplier's country weighs and measures with. */
export function usualUnit(dimension: Dimension, locale: string): string {
  const country = /[-_]([A-Z]{2})\b/i.exec(locale)?.[1]?.toUpperCase();
  const customary =
    country === 'US' || country === 'LR' || country === 'MM' || (country === undefined && /^en$/i.test(locale));
  return dimension === 'weight' ? (customary ? 'lb' : 'kg') : customary ? 'in' : 'cm';
}

/**
 * Reads `1.5 kg`, `2 lbs 4 oz`, `12"` or a bare number in `unit`; the result in grams or millimetres, to three decimals.
 * `unit` null means that the usual one was taken: `assumed` says so. Null where the text is no such measure.
 */
export function readMeasure(
  value: string | number,
  dimension: Dimension,
  unit: string | null,
  locale: string,
): { text: string; assumed: boolean } | null {
  const factors: Record<string, number> = unitsOf[dimension];
  const factorOf = (name: string) =>
    Object.hasOwn(factors, name.toLowerCase()) ? factors[name.toLowerCase()] : undefined;
  const bareFactor = factorOf(unit ?? usualUnit(dimension, locale));
  if (bareFactor === undefined) return null;
  if (typeof value === 'number') return result(value * bareFactor, unit === null && value !== 0);
  if (value.length > longestNumber) return null;
  const text = value
    .trim()
    .replace(/^'(?=[\d.,])/, '')
    .replace(/[¼½¾⅛⅜⅝⅞]/g, (vulgar) => ` ${vulgar.normalize('NFKC').replace('⁄', '/')}`)
    .trim();
  const bare = readFraction(text) ?? readNumber(text, locale);
  if (bare !== null) return result(bare * bareFactor, unit === null && bare !== 0);
  const part = /\s*(\d{1,9}(?:\s+|-)\d{1,3}\/\d{1,3}|\d{1,3}\/\d{1,3}|[\d.,]+)\s*([a-z#]+|"|”|″|''|'|’|′)\.?\s*,?/giy;
  let total = 0;
  while (part.lastIndex < text.length) {
    const [, number = '', name = ''] = part.exec(text) ?? [];
    const amount = readFraction(number) ?? readNumber(number, locale);
    const factor = factorOf(name);
    if (amount === null || factor === undefined) return null;
    total += amount * factor;
  }
  return text === '' ? null : result(total, false);
}

/** `1/2`, `12 1/2` and `12-1/2`, as inches are written; null for anything else. */
function readFraction(text: string): number | null {
  const [, whole = '0', above = '', below = ''] = /^(?:(\d{1,9})(?:\s+|-))?(\d{1,3})\/(\d{1,3})$/.exec(text) ?? [];
  return Number(below) > 0 ? Number(whole) + Number(above) / Number(below) : null;
}

function result(value: number, assumed: boolean): { text: string; assumed: boolean } | null {
  if (!Number.isFinite(value) || value < 0 || value >= 1e11) return null;
  return { text: decimalText(value, 3), assumed };
}
