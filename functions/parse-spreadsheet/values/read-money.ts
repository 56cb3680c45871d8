/** Reads amounts of money as people write them. */
import { readCurrencyName } from './currencies.ts';

/** Longer texts are no numbers; patterns with much to try are kept away from them. */
export const longestNumber = 60;

export type Money = { amount: string; currency: string | null };
export type MoneyError = 'invalid' | 'negative' | 'too_large';

const decimalCommas = new Map<string, boolean>();
/** True for locales in which `1.299` is one thousand two hundred ninety-nine. */
function usesDecimalComma(locale: string): boolean {
  let answer = decimalCommas.get(locale);
  if (answer === undefined) {
    try {
      answer = new Intl.NumberFormat(locale).format(1.5).includes(',');
    } catch {
      answer = false;
    }
    decimalCommas.set(locale, answer);
  }
  return answer;
}

/** As most prices are written; with three decimals it might be thousands. */
const plainAmount = /^(?:0|[1-9]\d{0,9})(?:\.\d?[1-9])?$/;

/**
 * Reads `$1,299.00`, `1.299,00 €`, `12.99 USD`, `12.99/ea`. The currency is null where the text names none that is
 * unambiguous (a bare `$` is the supplier's own). The amount has at most ten digits and four decimals.
 */
export function readMoney(value: string | number, locale: string): Money | MoneyError {
  if (typeof value === 'number') return checkedAmount(value, null);
  if (value.length > longestNumber) return 'invalid';
  if (plainAmount.test(value)) return { amount: value, currency: null };
  let text = value.trim().replace(/^'/, '');
  text = text.replace(/\s*(?:\/|per\b)?\s*(?:ea|each|pc|pcs|piece|unit)\.?$/i, '');
  // `Rs. 500`, `S/. 20`: the point is no decimal one.
  text = text.replace(/(?<=[\p{L}/])\.(?!\p{L})/gu, '');
  // Swiss and Dutch: `5.-` and `5,--` are five.
  text = text.replace(/(?<=\d)[.,][-–—]{1,2}$/, '');
  const sign = /^\((.*)\)$|^([^\d.,]*)[-−](?=[^-−]*$)|\s*[-−]$/;
  const negative = sign.test(text);
  text = text.replace(sign, '$1$2').trim();
  const match = /^([^\d.,]*?)\s*([\d.,'’\s\u00a0\u202f]*\d[.,]?)\s*([^\d]*)$/u.exec(text);
  if (match === null) return 'invalid';
  const currency = readCurrencyName(`${match[1] ?? ''} ${match[3] ?? ''}`);
  const number = readNumber(match[2] ?? '', locale);
  if (currency === undefined || number === null) return 'invalid';
  return checkedAmount(negative ? -number : number, currency);
}

function checkedAmount(value: number, currency: string | null): Money | MoneyError {
  if (!Number.isFinite(value)) return 'invalid';
  if (value < 0) return 'negative';
  if (value >= 1e10) return 'too_large';
  return { amount: decimalText(value, 4), currency };
}

/** As most numbers are written; with three decimals it might be thousands. */
const plainNumber = /^\d{1,9}(?:\.\d{1,2})?$/;

/**
 * A number with thousands separators and decimal point or comma. A single separator before exactly three digits is
 * ambiguous and read by the locale; otherwise the last separator is the decimal one. Null for anything else.
 */
export function readNumber(text: string, locale: string): number | null {
  if (plainNumber.test(text)) return Number(text);
  if (text.length > longestNumber) return null;
  const digits = text.trim().replace(/(?<=\d)[\s\u00a0\u202f'’](?=\d{3}(?!\d))/gu, '');
  if (!/^[+-]?(\d[\d.,]*|[.,]\d+)$/.test(digits)) return null;
  const commas = digits.split(',').length - 1;
  const points = digits.split('.').length - 1;
  if (commas === 0 && points === 0) return Number(digits);
  const decimal = decimalSeparator(digits, commas, points, usesDecimalComma(locale));
  const thousands = decimal === ',' ? '.' : ',';
  const [whole = '', fraction = '', ...more] = decimal === null ? [digits] : digits.split(decimal);
  if (more.length > 0 || fraction.includes(thousands)) return null;
  const separator = decimal === null ? (commas > 0 ? ',' : '.') : thousands;
  if (whole.includes(separator) && !grouped(whole, separator)) return null;
  return Number(`${whole.replaceAll(separator, '')}.${fraction || '0'}`);
}

function decimalSeparator(digits: string, commas: number, points: number, decimalComma: boolean): ',' | '.' | null {
  if (commas > 0 && points > 0) return digits.lastIndexOf(',') > digits.lastIndexOf('.') ? ',' : '.';
  if (commas > 1 || points > 1) return null;
  const separator = commas === 1 ? ',' : '.';
  const [whole = '', fraction = ''] = digits.split(separator);
  const ambiguous = fraction.length === 3 && /^[+-]?[1-9]\d{0,2}$/.test(whole);
  if (!ambiguous) return separator;
  return (separator === ',') === decimalComma ? separator : null;
}

/** Groups of three, or of two and a last of three as in India. */
function grouped(whole: string, separator: string): boolean {
  const [first = '', ...groups] = whole.replace(/^[+-]/, '').split(separator);
  if (first === '' || first.length > 3 || groups.at(-1)?.length !== 3) return false;
  return groups.slice(0, -1).every((group) => group.length === 3 || group.length === 2);
}

/** Decimal text without exponent or trailing zeros, rounded half up to `places`. */
export function decimalText(value: number, places: number): string {
  const unit = 10 ** places;
  const scaled = value * unit;
  // Where rounding cannot be in doubt, it is done in binary.
  if (Math.abs(scaled) < 1e11 && Math.abs(scaled - Math.floor(scaled) - 0.5) > 0.001)
    return String(Math.round(scaled) / unit);
  const exact = String(value);
  const point = exact.indexOf('.');
  if (!exact.includes('e') && (point < 0 || exact.length - point - 1 <= places)) return exact;
  const text = Number(`${Math.round(Number(`${value}e${places}`))}e-${places}`);
  const plain = Number.isFinite(text) ? text.toFixed(places) : value.toFixed(places);
  return plain.includes('.') ? plain.replace(/\.?0+$/, '') : plain;
}
