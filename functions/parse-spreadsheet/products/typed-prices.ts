import type { Field } from '../../../schema/fields/fields.ts';
import { type Cell, nothing, shownText } from '../sheets/cells.ts';
import { readCurrencyName } from '../values/currencies.ts';
import { readPriceRange, saysNoPrice } from '../values/price-texts.ts';
import { decimalText, readMoney, readNumber } from '../values/read-money.ts';
import { type Report, type RowValues, text } from './row-values.ts';

/** What the supplier's settings say about values. */
export type ValueSettings = { currency: string; locale: string };

/** A number as it is, anything else as shown. */
export function raw(cell: Cell): string | number {
  if (typeof cell === 'number') return cell;
  if (typeof cell === 'object' && 'n' in cell) return cell.n;
  return shownText(cell);
}

/** An amount and the currency its cell or header names; null where blank, unreadable or negative (reported). */
export function readPrice(
  values: RowValues,
  field: Field,
  settings: ValueSettings,
  report: Report,
): { amount: string; currency: string | null } | null {
  const found = values.fields[field];
  if (found === undefined) return null;
  const value = raw(found.cell);
  if (typeof value === 'string' && nothing.test(value.trim())) return null;
  const money = readMoney(value, settings.locale);
  const shown = shownText(found.cell);
  if (typeof money === 'object') {
    const named = money.currency ?? currencyOfFormat(found.cell);
    return { amount: money.amount, currency: named ?? found.match.currency ?? null };
  }
  if (money === 'invalid' && saysNoPrice(shown)) {
    const message = `“${shown}” is no amount; the product is imported without one.`;
    report(values.row, 'no_price', found.header, shown, message);
    return null;
  }
  const range = money === 'invalid' ? readPriceRange(shown, settings.locale) : null;
  if (range !== null) {
    const message = `“${shown}” is a range; the lower amount is taken, and the range kept as an attribute.`;
    report(values.row, 'price_range', found.header, shown, message);
    values.attributes.push({ header: found.header, text: shown, ofVariant: true });
    return { ...range, currency: range.currency ?? found.match.currency ?? null };
  }
  if (money === 'negative')
    report(
      values.row,
      'negative_price',
      found.header,
      shown,
      `“${shown}” is below zero; expected an amount such as 12.99.`,
    );
  else if (money === 'too_large')
    report(
      values.row,
      'price_too_large',
      found.header,
      shown,
      `“${shown}” has more than ten digits; expected an amount such as 12.99.`,
    );
  else
    report(
      values.row,
      'invalid_price',
      found.header,
      shown,
      `“${shown}” is no price; expected an amount such as 12.99 or $1,299.00.`,
    );
  return null;
}

/** What a variant costs that says how much more it is than its product, or less. */
export function withSurcharge(
  values: RowValues,
  price: string | null,
  settings: ValueSettings,
  report: Report,
): string | null {
  const found = values.fields.surcharge;
  if (found === undefined || price === null) return price;
  const shown = shownText(found.cell).trim();
  const surcharge = readNumber(shown, settings.locale);
  const sum = surcharge === null ? null : Number(price) + surcharge;
  if (sum !== null && sum >= 0 && sum < 1e10) return decimalText(sum, 4);
  const message = `“${shown}” is nothing that could be added to the price of ${price}; expected an amount such as 2.50 or -1.`;
  report(values.row, 'invalid_price', found.header, shown, message);
  return null;
}

/** The currency of a number format such as `[$€-407] #,##0.00`. */
function currencyOfFormat(cell: Cell): string | null {
  if (typeof cell !== 'object' || !('n' in cell)) return null;
  const money = readMoney(shownText(cell).replace(/[^\p{Sc}A-Z0-9.,\s]/gu, ''), 'en-US');
  return typeof money === 'object' ? money.currency : null;
}

export function readCurrency(values: RowValues, report: Report): string | null {
  const found = values.fields.currency;
  const code = text(values, 'currency');
  if (found === undefined || code === null) return null;
  const named = readCurrencyName(code);
  if (named !== undefined) return named;
  report(
    values.row,
    'invalid_currency',
    found.header,
    code,
    `“${code}” is no currency; expected an ISO 4217 code such as USD.`,
  );
  return null;
}
