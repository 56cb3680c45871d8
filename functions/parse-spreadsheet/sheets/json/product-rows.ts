import type { Cell } from '../cells.ts';
import { cellOf, isNumber, type JsonObject, type JsonValue, jsonText } from './json-value.ts';

/** Cells by the header of their column. */
export type NamedCells = Map<string, Cell>;

/** What Shopify's products.json calls the columns of its csv. https://shopify.dev/docs/api/admin-rest/latest/resources/product */
const productColumns: Readonly<Record<string, string>> = {
  handle: 'Handle',
  title: 'Title',
  body_html: 'Body (HTML)',
  vendor: 'Vendor',
  product_type: 'Type',
  tags: 'Tags',
  status: 'Status',
};
const variantColumns: Readonly<Record<string, string>> = {
  sku: 'Variant SKU',
  price: 'Variant Price',
  compare_at_price: 'Variant Compare At Price',
  barcode: 'Variant Barcode',
  grams: 'Variant Grams',
  inventory_quantity: 'Variant Inventory Qty',
  option1: 'Option1 Value',
  option2: 'Option2 Value',
  option3: 'Option3 Value',
};

/**
 * A product as the rows that a spreadsheet has of it: one with a column for each name, or, where it lists its variants,
 * those of Shopify's csv.
 */
export function productRows(product: JsonObject): NamedCells[] {
  const variants = objectsIn(product.get('variants'));
  return variants.length > 0 || isShopify(product)
    ? shopifyRows(product, variants)
    : [cellsOf(product, () => undefined)];
}

const isShopify = (product: JsonObject) => product.has('handle') && product.has('body_html');

function shopifyRows(product: JsonObject, variants: JsonObject[]): NamedCells[] {
  const images = objectsIn(product.get('images'));
  const options = objectsIn(product.get('options'));
  const handle = ['handle', 'slug', 'code', 'sku', 'id', 'title']
    .map((name) => cellIn(product.get(name)))
    .find((cell) => cell !== null && cell !== '');
  const rest = new Map([...product].filter(([name]) => !['variants', 'images', 'options', 'image'].includes(name)));
  const first = cellsOf(rest, (name) => productColumns[name]);
  const plainImages = images.length === 0 ? cellIn(product.get('images') ?? product.get('image') ?? null) : null;
  if (plainImages !== null) first.set('Image Src', plainImages);
  for (const [index, option] of options.entries()) set(first, `Option${index + 1} Name`, option.get('name') ?? null);
  return Array.from({ length: Math.max(1, variants.length, images.length) }, (_, index) => {
    const row: NamedCells = index === 0 ? first : new Map();
    if (handle !== undefined && handle !== null) row.set('Handle', handle);
    const image = images[index];
    if (image !== undefined) {
      set(row, 'Image Src', image.get('src') ?? image.get('url') ?? null);
      set(row, 'Image Position', image.get('position') ?? null);
      set(row, 'Image Alt Text', image.get('alt') ?? null);
    }
    const variant = variants[index];
    return variant === undefined ? row : new Map([...row, ...variantCells(variant, images)]);
  });
}

function variantCells(variant: JsonObject, images: JsonObject[]): NamedCells {
  const rest = new Map([...variant].filter(([name]) => name !== 'featured_image' && name !== 'image_id'));
  const cells = cellsOf(rest, (name) => variantColumns[name] ?? `Variant ${name}`);
  const shown = variant.get('featured_image');
  const id = jsonText(variant.get('image_id') ?? null);
  const image =
    shown instanceof Map ? shown : images.find((one) => id !== '' && jsonText(one.get('id') ?? null) === id);
  if (image !== undefined) set(cells, 'Variant Image', image.get('src') ?? null);
  return cells;
}

/** A cell for each name; objects within it become a column for each of theirs. */
function cellsOf(object: JsonObject, columnOf: (name: string) => string | undefined): NamedCells {
  const cells: NamedCells = new Map();
  for (const [name, value] of object) {
    const column = columnOf(name) ?? name;
    if (!(value instanceof Map) || amountIn(value) !== null || addressIn(value) !== null) set(cells, column, value);
    else for (const [inner, one] of value) set(cells, `${column} ${inner}`, one);
  }
  return cells;
}

function set(cells: NamedCells, column: string, value: JsonValue): void {
  const cell = cellIn(value);
  if (cell !== null) cells.set(column, cell);
}

/** What a cell says of a value: lists of texts, images or names joined as people write them, what is deeper as JSON. */
function cellIn(value: JsonValue | undefined): Cell | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (isNumber(value)) return cellOf(value);
  if (value instanceof Map) return amountIn(value) ?? addressIn(value) ?? jsonText(value);
  const texts = value.map((one) =>
    one instanceof Map ? (addressIn(one) ?? nameIn(one)) : Array.isArray(one) ? null : cellIn(one),
  );
  if (texts.some((text) => text === null || typeof text === 'object')) return jsonText(value);
  const isAddress = (text: unknown) => typeof text === 'string' && /^(https?:)?\/\//i.test(text);
  return texts.length === 0 ? null : texts.join(texts.every(isAddress) ? '\n' : ', ');
}

/** `{"amount": "9.95", "currency_code": "EUR"}` → 9.95 EUR */
function amountIn(object: JsonObject): string | null {
  const amount = object.get('amount') ?? object.get('value');
  const currency = object.get('currency') ?? object.get('currency_code') ?? object.get('currencyCode');
  return amount === undefined || typeof currency !== 'string' ? null : `${jsonText(amount)} ${currency}`;
}

/** The address of an image as an object. */
function addressIn(object: JsonObject): string | null {
  const address = object.get('src') ?? object.get('url') ?? object.get('href');
  return typeof address === 'string' ? address : null;
}

function nameIn(object: JsonObject): string | null {
  const name = object.get('name') ?? object.get('title');
  return typeof name === 'string' ? name : null;
}

function objectsIn(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter((one) => one instanceof Map) : [];
}
