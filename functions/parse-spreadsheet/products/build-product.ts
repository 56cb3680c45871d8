import type { CompleteProduct, ImportedProduct } from '../../../workflows/payloads/product.ts';
import { limits } from '../limits.ts';
import type { Problem } from '../problems.ts';
import { assignAttributes } from './build-attributes.ts';
import { type Currencies, keyVariants, readPrices, readVariant } from './build-variants.ts';
import { expandVariants } from './expand-variants.ts';
import { onlySpoken } from './only-spoken.ts';
import { mainRow, noRows, otherProducts, type PlacedRows, placeRows, variantsAmong } from './product-rows.ts';
import { type ImageSettings, readImages } from './read-images.ts';
import { readTexts } from './read-texts.ts';
import {
  type GroupRow,
  otherStoreView,
  type Report,
  type RowValues,
  readRowValues,
  reporter,
  text,
} from './row-values.ts';
import { readCurrency, type ValueSettings } from './typed-prices.ts';
import { readActive, readSize } from './typed-values.ts';

export type ProductSettings = ValueSettings & ImageSettings;
/** What became of a product's rows: a product where nothing rejects it, and the rows that are not in it. */
export type BuiltProduct = {
  product: ImportedProduct | null;
  /** The product's JSON; empty where there is none. */
  json: string;
  problems: Problem[];
  /** The rows that are in the product; all others are rejected. */
  placed: PlacedRows;
  rejected: GroupRow[];
};

/** Puts a product together from all of its rows. An error in any row rejects the product with all of its rows. */
export function buildProduct(code: string | null, rows: readonly GroupRow[], settings: ProductSettings): BuiltProduct {
  const problems: Problem[] = [];
  const report = reporter(problems);
  const all = rows.map((row) => readRowValues(row, report));
  const main = parentRow(code, all) ?? mainRow(all);
  const strangers = new Set(otherProducts(all.filter(isOwn(main)), main, report));
  const values = all.filter((row) => !strangers.has(row));
  const errorsOfStrangers = problems.filter(({ severity }) => severity === 'error').length;
  const assembled = assemble(code, values, main, settings, report);
  const hasErrors =
    problems.filter(({ severity }) => severity === 'error').length > errorsOfStrangers || failed(values, problems);
  if (hasErrors || assembled === null)
    return { product: null, json: '', problems, placed: noRows, rejected: [...rows] };
  const said = onlySpoken(
    assembled.product,
    values.map(({ row }) => row),
  );
  const placed = placeRows(values, main, assembled.variantRows, problems);
  return { ...said, problems, placed, rejected: [...strangers].map(({ row }) => row) };
}

/** The row whose SKU the others name as their parent: the product itself, not one of its variants. */
function parentRow(code: string | null, rows: readonly RowValues[]): RowValues | undefined {
  const named = rows.some(({ fields }) => fields.code !== undefined);
  return named ? rows.find((row) => row.fields.code === undefined && text(row, 'sku') === code) : undefined;
}

/** False for a row that says what the product is called and costs in another shop of the supplier. */
function isOwn(main: RowValues): (values: RowValues) => boolean {
  return (values) => otherStoreView(values, main) === null;
}

function failed(values: readonly RowValues[], problems: readonly Problem[]): boolean {
  if (problems.length === 0) return false;
  const numbers = new Set(values.map(({ row }) => `${row.layout.sheet}\n${row.number}`));
  return problems.some(({ severity, sheet, row }) => severity === 'error' && numbers.has(`${sheet}\n${row}`));
}

function assemble(
  code: string | null,
  rows: readonly RowValues[],
  main: RowValues,
  settings: ProductSettings,
  report: Report,
): { product: Omit<CompleteProduct, 'contentHash' | 'sheets'>; variantRows: RowValues[] } | null {
  const currencies: Currencies = new Map();
  const inherited = readPrices(main, settings, currencies, report);
  const parent = parentRow(code, rows);
  const ownRows = rows.filter(isOwn(main));
  const children = variantsAmong(
    ownRows.filter((row) => row !== parent),
    main,
  );
  // Where rows that name it say nothing of variants, the product is its own.
  const variantRows = children.length > 0 ? children : variantsAmong(ownRows, main);
  // What is wrong with it is reported once, by the variant where there is one.
  const silent = variantRows.includes(main) ? () => {} : report;
  const weight = readSize(main, 'weightGrams', settings, silent) ?? readSize(main, 'weight', settings, silent);
  const variants = keyVariants(
    variantRows.flatMap((values) => {
      const prices = values === main ? inherited : readPrices(values, settings, currencies, report);
      return expandVariants(readVariant(values, main, prices, inherited, weight, settings, report), report);
    }),
    report,
  );
  const title =
    text(main, 'title') ?? rows.map((values) => text(values, 'title')).find((found) => found !== null) ?? null;
  if (code === null) reportMissingCode(main, report);
  else if (code.length > limits.indexedCharacters && code !== text(main, 'sku')) reportLongCode(code, main, report);
  else if (main.kind === 'variant') reportMissingParent(code, main, report);
  else if (title === null) reportMissingTitle(main, report);
  const currency = readCurrencies(rows, currencies, settings, report);
  // A product's prices are its own or else those of its first variant that has one.
  // One that is no variant itself may have 0 for none (Spree).
  const priced = inherited.price !== null && (inherited.price !== '0' || variantRows.includes(main));
  const own = priced ? inherited : (variants.find(({ price }) => price !== null) ?? inherited);
  const images = readImages([main, ...rows.filter((values) => values !== main)], settings, report);
  const attributes = assignAttributes(rows, main, variants, variantRows, images, report);
  const product = {
    code: code ?? '',
    ...readTexts(rows, main, report),
    title: oneLine(title ?? ''),
    tags: [...new Set(rows.flatMap(({ tags }) => tags.map((tag) => tag.trim()).filter((tag) => tag !== '')))],
    price: own.price,
    cost: own.cost,
    msrp: own.msrp,
    currency,
    weightGrams: weight ?? variants.find(({ weightGrams }) => weightGrams !== null)?.weightGrams ?? null,
    lengthMm: readSize(main, 'length', settings, report),
    widthMm: readSize(main, 'width', settings, report),
    heightMm: readSize(main, 'height', settings, report),
    attributes,
    active: readActive(main, report),
    variants: variants.map(({ values: _, ...variant }) => variant),
    images,
  };
  return code === null || title === null ? null : { product, variantRows: variants.map(({ values }) => values) };
}

function reportLongCode(code: string, main: RowValues, report: Report): void {
  const message = `A code of ${code.length} characters; expected at most ${limits.indexedCharacters}.`;
  report(main.row, 'identifier_too_long', main.fields.code?.header ?? null, code, message);
}

function reportMissingParent(code: string, main: RowValues, report: Report): void {
  const message = `No row of the file is the product “${code}” that this variation belongs to.`;
  report(main.row, 'missing_parent', main.fields.parent?.header ?? null, code, message);
}

function reportMissingCode(main: RowValues, report: Report): void {
  const { index, columns } = main.row.layout;
  const header = columns[index.code ?? index.parent ?? index.sku ?? index.id ?? index.barcode ?? -1]?.header ?? null;
  const message = 'The row has no code, handle or SKU; expected one that tells its product from the others.';
  report(main.row, 'missing_code', header, null, message);
}

/** A title without the line breaks and doubled spaces that no shop shows. */
const oneLine = (title: string) => (/\s\s|[^\S ]/.test(title) ? title.replace(/\s+/g, ' ') : title);

function reportMissingTitle(main: RowValues, report: Report): void {
  const { layout } = main.row;
  const header = layout.columns[layout.index.title ?? -1]?.header ?? null;
  report(main.row, 'missing_title', header, null, 'The product has no title; expected one in its first row.');
}

function readCurrencies(
  rows: readonly RowValues[],
  currencies: Currencies,
  settings: ProductSettings,
  report: Report,
): string {
  for (const values of rows) {
    const named = readCurrency(values, report);
    if (named !== null && !currencies.has(named)) currencies.set(named, values);
  }
  const [found, other] = [...currencies];
  if (other !== undefined) {
    const [code, values] = other;
    report(
      values.row,
      'mixed_currencies',
      values.fields.currency?.header ?? values.fields.price?.header ?? null,
      code,
      `The product has prices in ${[...currencies.keys()].join(' and ')}; expected one currency.`,
    );
  }
  if (found !== undefined && found[0] !== settings.currency) {
    const message = `The prices are in ${found[0]}, the supplier’s currency is ${settings.currency}: they are imported in ${found[0]}.`;
    report(found[1].row, 'other_currency', null, found[0], message);
  }
  return found?.[0] ?? settings.currency;
}
