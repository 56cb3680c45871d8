import { isCurrency, readCurrencyName } from '../values/currencies.ts';
import { decimalText } from '../values/read-money.ts';
import { type Report, type RowValues, text } from './row-values.ts';
import { raw, type ValueSettings } from './typed-prices.ts';

/** What a product costs, as decimal texts; `msrp` is what it costs without its discount. */
export type ListedPrice = { price: string; msrp: string | null; currency: string };

/** `DE-EUR 1299|999`, country and discounted amount optional; the last group is for whom and until when: ` B2B#store$from~until`. */
const listed = /^(?:([A-Z]{2})-)?([A-Z]{3}) (\d{1,12})(?:\|(\d{1,12}))?((?:[ #$~].*)?)$/s;

/**
 * The price that commercetools lists for everybody, in the supplier's currency where there is one, and for no country
 * in particular rather than for one. Amounts are in the currency's smallest unit; one alone is in the currency of the
 * column beside it. Null where the row has no such cell, or none that can be read (reported).
 */
export function readCentPrices(values: RowValues, settings: ValueSettings, report: Report): ListedPrice | null {
  const found = values.fields.centPrices;
  if (found === undefined) return null;
  const cell = String(raw(found.cell)).trim();
  const beside = text(values, 'centCurrency');
  const named = beside === null ? settings.currency : (readCurrencyName(beside) ?? beside);
  const parts = (/^\d{1,12}$/.test(cell) ? `${named} ${cell}` : cell).split(';').map((part) => part.trim());
  const prices: (ListedPrice & { country: string | undefined })[] = [];
  for (const part of parts.filter((one) => one !== '')) {
    const [, country, currency = '', regular, discounted, condition] = listed.exec(part) ?? [];
    const amount = amountOf(regular, currency);
    const lower = amountOf(discounted, currency);
    if (amount === null || (discounted !== undefined && lower === null)) {
      const message = `“${part}” is no price; expected a currency and its smallest unit such as EUR 1299 for 12.99 €.`;
      report(values.row, 'invalid_price', found.header, cell, message);
      return null;
    }
    if (condition === '')
      prices.push({ price: lower ?? amount, msrp: lower === null ? null : amount, currency, country });
  }
  const inOwn = prices.filter(({ currency }) => currency === settings.currency);
  const candidates = inOwn.length > 0 ? inOwn : prices;
  const chosen = candidates.find(({ country }) => country === undefined) ?? candidates[0];
  if (chosen !== undefined) return { price: chosen.price, msrp: chosen.msrp, currency: chosen.currency };
  const message = `“${cell}” has no price for every customer, shop and day; the product is imported without one.`;
  report(values.row, 'no_price', found.header, cell, message);
  return null;
}

/** Decimal text of an amount in the smallest unit; null where it is none, or has more than ten digits. */
function amountOf(units: string | undefined, currency: string): string | null {
  if (units === undefined || !isCurrency(currency)) return null;
  const { maximumFractionDigits = 2 } = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions();
  const amount = Number(units) / 10 ** maximumFractionDigits;
  return amount < 1e10 ? decimalText(amount, 4) : null;
}
