import { type Field, traitsOf } from '../../../schema/fields/fields.ts';
import type { Kind } from '../../../schema/fields/traits.ts';
import { withoutRemark } from '../../shared/headers/header-names.ts';
import { remember } from '../../shared/headers/remember.ts';
import { namedCurrency } from '../values/currencies.ts';
import { type Dimension, isUnit, isUnitOf } from '../values/read-measure.ts';
import type { HeaderMatch } from './conventions/convention.ts';

/** What the values of a field measure, by its kind. */
const measured: Partial<Record<Kind, Dimension>> = { weight: 'weight', length: 'dimension', dimensions: 'dimension' };

/**
 * Reads a header with a remark: in brackets any (`Title (required)`), at its end a unit or a currency (`Ship Weight lbs`,
 * `Dealer Price in EUR`), which the values then have. `lookUp` is asked for the header without it.
 */
export function readQualified(header: string, lookUp: (plain: string) => HeaderMatch | null): HeaderMatch | null {
  const { remark, plain, ending } = partsOf(header);
  const match = lookUp(header) ?? (plain === header || isOther(remark) ? null : lookUp(plain));
  if (match !== null) return remark === undefined ? match : { ...qualifierOf(match.field, unitIn(remark)), ...match };
  if (ending === null) return null;
  const shorter = lookUp(ending.start);
  const qualifier = shorter === null ? {} : qualifierOf(shorter.field, ending.unit);
  return shorter === null || Object.keys(qualifier).length === 0 ? null : { ...shorter, ...qualifier };
}

/** What a header may be made of: its remark, the rest, and of that the unit or currency at its end. */
const partsOf = remember((header) => {
  const remark = /[([{]([^)\]}]*)[)\]}]/.exec(header)?.[1];
  const plain = withoutRemark(header);
  const [, start = '', end = ''] = /^(.*[^\s,_-])[\s,_-]+(\S+)$/.exec(plain) ?? [];
  const unit = unitIn(end);
  const isQualified = start !== '' && (isUnit(unit) || namedCurrency(unit) !== null);
  return { remark, plain, ending: isQualified ? { start: start.replace(/\s+in$/i, ''), unit } : null };
});

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
