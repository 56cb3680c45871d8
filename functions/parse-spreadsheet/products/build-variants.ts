import { allFields, fields, type VariantColumn, variantColumns } from '../../../schema/fields/fields.ts';
import type { CompleteVariant } from '../../../workflows/payloads/product.ts';
import { hashToUuid } from '../../shared/hash.ts';
import { limits } from '../limits.ts';
import { readCentPrices } from './cent-prices.ts';
import { readOptions } from './read-options.ts';
import { readVariantTexts } from './read-texts.ts';
import type { Report, RowValues } from './row-values.ts';
import { readPrice, type ValueSettings, withSurcharge } from './typed-prices.ts';
import { readIdentifier, readQuantity, readSize, skusIn } from './typed-values.ts';

/** Prices as a row has them; `regular` and `sale` already decided. */
export type Prices = { price: string | null; cost: string | null; msrp: string | null };

/** Currencies that a product's cells name; more than one is a mistake. */
export type Currencies = Map<string, RowValues>;

/**
 * A row's prices. A sale price without dates is what the product costs now, and the regular price what it is compared
 * with; a sale with dates may be over or not have begun, so that the regular price stands.
 */
export function readPrices(values: RowValues, settings: ValueSettings, currencies: Currencies, report: Report): Prices {
  const note = (currency: string | null | undefined) => {
    if (currency != null && !currencies.has(currency)) currencies.set(currency, values);
  };
  const read = (field: 'price' | 'salePrice' | 'cost' | 'msrp') => {
    const found = readPrice(values, field, settings, report);
    note(found?.currency);
    return found?.amount ?? null;
  };
  const listed = values.fields.price === undefined ? readCentPrices(values, settings, report) : null;
  if (listed !== null) {
    note(listed.currency);
    return { price: listed.price, cost: read('cost'), msrp: listed.msrp ?? aboveZero(read('msrp')) };
  }
  const [regular, sale, cost, msrp] = [
    read('price'),
    aboveZero(read('salePrice')),
    read('cost'),
    aboveZero(read('msrp')),
  ];
  const onSale = sale !== null && values.fields.saleDate === undefined;
  if (sale !== null && !onSale) keepAsAttribute(values, 'salePrice', sale);
  // Neither what it costs now nor what it is compared with.
  if (onSale && regular !== null && msrp !== null && msrp !== regular) keepAsAttribute(values, 'price', regular);
  return onSale ? { price: sale, cost, msrp: msrp ?? regular } : { price: regular, cost, msrp };
}

/** Shops export 0 where there is no sale price and no list price. */
function aboveZero(amount: string | null): string | null {
  return amount === '0' ? null : amount;
}

function keepAsAttribute(values: RowValues, field: 'salePrice' | 'price', text: string): void {
  const found = values.fields[field];
  if (found !== undefined) values.attributes.push({ header: found.header, text, ofVariant: true });
}

/** A variant before it has a key. */
export type Variant = Omit<CompleteVariant, 'key'> & { values: RowValues };

/** One row as a variant; `inherited` prices are those of the product's own row. */
export function readVariant(
  values: RowValues,
  main: RowValues,
  prices: Prices,
  inherited: Prices,
  weight: string | null,
  settings: ValueSettings,
  report: Report,
): Variant {
  const complete = prices.price !== null && values.row.layout.convention.completeVariants === true;
  return {
    values,
    // Of several it is known later whether they are its own.
    sku: skusIn(values).length > 1 ? null : readIdentifier(values, 'sku', report),
    barcode: readIdentifier(values, 'barcode', report),
    options: readOptions(values, main),
    price: prices.price ?? withSurcharge(values, inherited.price, settings, report),
    cost: prices.cost ?? (complete ? null : inherited.cost),
    msrp: prices.msrp ?? (complete ? null : inherited.msrp),
    quantity: readQuantity(values, settings, report),
    weightGrams:
      readSize(values, 'weightGrams', settings, report) ?? readSize(values, 'weight', settings, report) ?? weight,
    attributes: {},
    ...readVariantTexts(values, main),
  };
}

/**
 * Gives variants their keys: the SKU, or else the option values, or else `default`. Rows with one key and the same
 * options are one variant: the first row's values stand, later ones fill its blanks. Rows with one SKU and different
 * options are different variants: the later one's key gets its options.
 */
export function keyVariants(variants: readonly Variant[], report: Report): (CompleteVariant & { values: RowValues })[] {
  const keyed = new Map<string, CompleteVariant & { values: RowValues }>();
  for (const variant of variants) {
    const options = Object.values(variant.options).join(' / ');
    let key = variant.sku ?? (options === '' ? 'default' : options);
    const known = keyed.get(key);
    if (known !== undefined && JSON.stringify(known.options) !== JSON.stringify(variant.options)) {
      key = `${key} ${options}`.trim();
      if (!keyed.has(key)) {
        report(
          variant.values.row,
          'duplicate_sku',
          variant.values.fields.sku?.header ?? null,
          variant.sku,
          `Row ${known.values.row.number} has the same SKU with other options; both variants are kept.`,
        );
      }
    }
    // Keys stand in an index, see limits.indexedCharacters; a SKU and its options together may be longer.
    if (key.length > 2 * limits.indexedCharacters) key = hashToUuid(key);
    const same = keyed.get(key);
    if (same === undefined) keyed.set(key, { key, ...variant });
    else mergeVariant(same, variant, report);
  }
  return [...keyed.values()];
}

function mergeVariant(into: CompleteVariant & { values: RowValues }, from: Variant, report: Report): void {
  const differing = variantColumns.filter(
    (column) => from[column] !== null && into[column] !== null && from[column] !== into[column],
  );
  const brings =
    variantColumns.some((column) => into[column] === null && from[column] !== null) || from.values.images.length > 0;
  const row = from.values.row;
  const [first] = differing;
  if (first !== undefined) {
    report(
      row,
      'duplicate_variant',
      headerOf(from.values, first),
      from.sku,
      `Row ${into.values.row.number} already has this variant with another ${differing.join(', ')}; its values stand.`,
    );
  } else if (!brings) {
    report(row, 'duplicate_row', null, from.sku, `The row repeats row ${into.values.row.number}.`);
  }
  for (const column of variantColumns) fillBlank(into, from, column);
}

function fillBlank<C extends VariantColumn>(into: CompleteVariant, from: Pick<CompleteVariant, C>, column: C): void {
  into[column] ??= from[column];
}

/** The header of the column that a row has the value of a stored column from. */
function headerOf(values: RowValues, column: VariantColumn): string {
  const field = allFields.find((one) => fields[one].column === column && values.fields[one] !== undefined);
  return (field && values.fields[field]?.header) ?? column;
}
