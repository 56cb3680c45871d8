import { type Field, traitsOf } from '../../../schema/fields/fields.ts';
import type { Kind } from '../../../schema/fields/traits.ts';
import { namedCurrency } from '../values/currencies.ts';
import { type Dimension, isUnit, isUnitOf } from '../values/read-measure.ts';
import type { HeaderMatch } from './conventions/convention.ts';
import { withoutRemark } from './header-names.ts';

/** What the values of a field measure, by its kind. */
const measured: Partial<Record<Kind, Dimension>> = { weight: 'weight', length: 'dimension', dimensions: 'dimension' };

/**
 * Reads a header with a remark: in brackets any (`Title (required)`), at its end a unit or a currency (`Ship Weight lbs`,
 * `Dealer Price in EUR`), which the values then have. `lookUp` is asked for the header without it.
 */
export function readQualified(header: string, lookUp: (plain: string) => HeaderMatch | null): HeaderMatch | null {
  const remark = /[([{]([^)\]}]*)[)\]}]/.exec(header)?.[1];
  const plain = withoutRemark(header);
  const match = lookUp(header) ?? (plain === header || isOther(remark) ? null : lookUp(plain));
  if (match !== null) return remark === undefined ? match : { ...qualifierOf(match.field, unitIn(remark)), ...match };
  const [, start = '', end = ''] = /^(.*[^\s,_-])[\s,_-]+(\S+)$/.exec(plain) ?? [];
  const last = unitIn(end);
  // Nearly no text ends in one: the rest need not be looked up.
  if (start === '' || (!isUnit(last) && namedCurrency(last) === null)) return null;
  const shorter = lookUp(start.replace(/\s+in$/i, ''));
  const qualifier = shorter === null ? {} : qualifierOf(shorter.field, last);
  return shorter === null || Object.keys(qualifier).length === 0 ? null : { ...shorter, ...qualifier };
}

/** `Barcode (image)` is a picture of one. */
const isOther = (remark: string | undefined) => /^(image|img|picture|photo|bild|type|typ)$/i.test(remark?.trim() ?? '');

const unitIn = (remark: string) =>
  remark
    .trim()
    .toLowerCase()
    .replace(/^in\s+(?=\S)|\.$/g, '');

function qualifierOf(field: Field, named: string): { unit?: string; currency?: string } {
  const { kind } = traitsOf(field);
  const dimension = measured[kind];
  if (dimension !== undefined) return isUnitOf(dimension, named) ? { unit: named } : {};
  const currency = kind === 'money' ? namedCurrency(named) : null;
  return currency === null ? {} : { currency };
}
