import { limits } from '../limits.ts';
import { identifierText, nothing, shownText } from '../sheets/cells.ts';
import { isGtin } from '../values/gtin.ts';
import { type Dimension, isUnitOf, readMeasure, usualUnit } from '../values/read-measure.ts';
import { longestNumber, readNumber } from '../values/read-money.ts';
import { splitList } from '../values/split-list.ts';
import { type FieldCell, type Report, type RowValues, text } from './row-values.ts';
import { raw, type ValueSettings } from './typed-prices.ts';

const soldOut = /^(out[ -]of[ -]stock|sold[ -]out|no stock)$/i;

/** Bagisto's stock by inventory source, `default=100,berlin=5`, as its sum; any other text as it is. */
function stockOfSources(text: string): string {
  const trimmed = text.trim();
  if (!/^[\w-]+=\d+(,[\w-]+=\d+)*$/.test(trimmed)) return trimmed;
  return String(trimmed.split(',').reduce((sum, source) => sum + Number(source.split('=')[1]), 0));
}

/** Whole pieces in stock, of all outlets where each has its own column; an outlet that does not say counts nothing. */
export function readQuantity(values: RowValues, settings: ValueSettings, report: Report): number | null {
  const { quantity } = values.fields;
  if (quantity !== undefined) return readPieces(values, quantity, settings, report);
  const stocks = values.outletQuantities.map((outlet) => readPieces(values, outlet, settings, report));
  const known = stocks.filter((stock) => stock !== null);
  return known.length === 0
    ? null
    : Math.min(
        known.reduce((sum, stock) => sum + stock, 0),
        mostPieces,
      );
}

const mostPieces = 2_147_483_647;

/** `10+`, `>100` and `1,200` are read as the number. */
function readPieces(values: RowValues, found: FieldCell, settings: ValueSettings, report: Report): number | null {
  const shown = shownText(found.cell).trim();
  if (nothing.test(shown)) return null;
  if (soldOut.test(shown)) return 0;
  const cell = raw(found.cell);
  const value = typeof cell === 'string' ? stockOfSources(cell).slice(0, longestNumber + 1) : cell;
  const number =
    typeof value === 'number'
      ? value
      : readNumber(
          value
            .trim()
            .replace(/^[>'~]\s*/, '')
            .replace(/\s*(\+|pcs?\.?|ea\.?|each|units?)$/i, ''),
          settings.locale,
        );
  if (number === null || Math.abs(number) > mostPieces) {
    report(
      values.row,
      'invalid_quantity',
      found.header,
      shown,
      `“${shown}” is no quantity; expected a whole number such as 25. It is left empty.`,
    );
    return null;
  }
  if (!Number.isInteger(number))
    report(
      values.row,
      'fractional_quantity',
      found.header,
      shown,
      `“${shown}” is not a whole number; ${Math.floor(number)} is taken.`,
    );
  return Math.floor(number);
}

/** Grams or millimetres, as decimal text. The unit is the cell's, its header's, the unit column's, the convention's or the usual one. */
export function readSize(
  values: RowValues,
  field: 'weight' | 'weightGrams' | 'length' | 'width' | 'height',
  settings: ValueSettings,
  report: Report,
): string | null {
  const found = values.fields[field];
  if (found === undefined) return null;
  const shown = shownText(found.cell).trim();
  if (nothing.test(shown)) return null;
  const dimension: Dimension = field === 'weight' || field === 'weightGrams' ? 'weight' : 'dimension';
  const named = text(values, dimension === 'weight' ? 'weightUnit' : 'dimensionUnit')?.replace(/\.$/, '') ?? null;
  const unit =
    field === 'weightGrams'
      ? 'g'
      : (found.match.unit ?? named ?? values.row.layout.convention.units?.[dimension] ?? null);
  const measure =
    unit === null || isUnitOf(dimension, unit) ? readMeasure(raw(found.cell), dimension, unit, settings.locale) : null;
  if (measure === null) {
    const example = dimension === 'weight' ? '1.5 kg or 24 oz' : '30 cm or 12 in';
    report(
      values.row,
      'invalid_measure',
      found.header,
      unit === null ? shown : `${shown} ${unit}`,
      `“${shown}” is no ${dimension === 'weight' ? 'weight' : 'length'} that this import reads; expected one such as ${example}. It is left empty.`,
    );
    return null;
  }
  if (measure.assumed) {
    const usual = usualUnit(dimension, settings.locale);
    report(
      values.row,
      'unit_assumed',
      found.header,
      shown,
      `“${shown}” has no unit; ${usual} is assumed. Name it in the header, e.g. “${found.header} (${usual})”.`,
    );
  }
  return measure.text;
}

/** The SKUs in a row's cell: several where the row lists its variants. */
export const skusIn = (values: RowValues): string[] =>
  splitList(identifierText(values.fields.sku?.cell), values.row.layout.convention.valueSeparator);

/** A SKU or barcode as text; scientific notation, dates and lost zeros are reported. */
export function readIdentifier(values: RowValues, field: 'sku' | 'barcode', report: Report): string | null {
  const found = values.fields[field];
  const identifier = identifierText(found?.cell);
  if (found === undefined || identifier === '' || nothing.test(identifier)) return null;
  if (identifier.length > limits.indexedCharacters) {
    report(
      values.row,
      'identifier_too_long',
      found.header,
      identifier,
      `A ${field} of ${identifier.length} characters; expected at most ${limits.indexedCharacters}.`,
    );
    return null;
  }
  if (typeof found.cell === 'object' && 'd' in found.cell) {
    report(
      values.row,
      'identifier_is_date',
      found.header,
      identifier,
      `The spreadsheet program made a date of this ${field}: format the column as text and type it again.`,
    );
  }
  if (/^\d[.,]\d+E\+\d+$/i.test(identifier)) {
    report(
      values.row,
      'damaged_identifier',
      found.header,
      identifier,
      `“${identifier}” is a number in scientific notation whose last digits are lost: format the column as text and type the ${field} again.`,
    );
    return field === 'barcode' ? null : identifier;
  }
  if (field === 'barcode') {
    const padded = lostZeros(identifier);
    if (padded !== null)
      report(
        values.row,
        'lost_leading_zeros',
        found.header,
        identifier,
        `“${identifier}” probably lost its leading zeros: ${padded} would be a valid barcode.`,
      );
  }
  return identifier;
}

/** The barcode with zeros in front, where only that makes it a GTIN. */
function lostZeros(barcode: string): string | null {
  if (!/^\d{6,11}$/.test(barcode) || barcode.length === 8 || barcode.length === 10) return null;
  const padded = barcode.padStart(12, '0');
  return isGtin(padded) ? padded : null;
}

const yes =
  /^(true|t|yes|y|1|x|ja|oui|sí|si|on|active|enabled?|published|visible|available|live|global|in ?stock|out ?of ?stock|current|new)$/i;
const no =
  /^(false|f|no|n|0|nein|non|-1|off|inactive|disabled?|draft|archived|hidden|unpublished|discontinued|deleted|private|unavailable|pending|proposed|rejected|obsolete|unlisted)$/i;

/** Whether the product is offered: false where its status, published or command column says no. */
export function readActive(values: RowValues, report: Report): boolean {
  let active = text(values, 'command')?.toUpperCase() !== 'DELETE';
  for (const field of ['status', 'published'] as const) {
    const found = values.fields[field];
    const value = text(values, field);
    if (found === undefined || value === null || nothing.test(value)) continue;
    if (no.test(value)) active = false;
    else if (!yes.test(value)) {
      report(
        values.row,
        'invalid_status',
        found.header,
        value,
        `“${value}” is neither active nor inactive; active is assumed.`,
      );
    }
  }
  return active;
}
