import { allFields, fields, productColumns, type StoredColumn, variantColumns } from '../../schema/fields/fields.ts';
import type { FieldChange } from '../../workflows/payloads/changes.ts';
import type { CompleteImage, CompleteProduct, CompleteVariant } from '../../workflows/payloads/product.ts';
import { productChange } from '../shared/changes/product-change.ts';
import { comparable } from './is-stored.ts';
import type { StoredProduct, StoredVariant } from './read-stored.ts';

/** What differs between a product as it is stored and as it is to be, value by value. */
export function fieldChanges(stored: StoredProduct | undefined, product: CompleteProduct): FieldChange[] {
  if (stored === undefined) return [productChange(null, 'created')];
  const changes: FieldChange[] = [];
  if (stored.active !== product.active) changes.push(productChange(offered(stored.active), offered(product.active)));
  changes.push(
    ...columnChanges(null, productColumns.filter(isOwn), stored, product),
    ...recordChanges(null, 'Attribute', stored.attributes, product.attributes),
    ...variantChanges(stored.variants, product.variants),
  );
  const [before, after] = [imageList(stored.images), imageList(product.images)];
  if (before !== after) changes.push({ sku: null, field: 'Images', name: null, before, after });
  return changes;
}

const offered = (active: boolean) => (active ? 'active' : 'inactive');
const isOwn = (column: StoredColumn) => column !== 'images' && column !== 'active';

function variantChanges(stored: readonly StoredVariant[], listed: readonly CompleteVariant[]): FieldChange[] {
  const changes: FieldChange[] = [];
  const after = new Map(listed.map((variant) => [variant.key, variant]));
  const before = new Map(stored.map((variant) => [variant.key, variant]));
  const whole = (sku: string, from: string | null, to: string) =>
    changes.push({ sku, field: 'Variant', name: null, before: from, after: to });
  for (const variant of after.values()) {
    const sku = variant.sku ?? variant.key;
    const current = before.get(variant.key);
    if (current === undefined) whole(sku, null, 'created');
    else {
      if (!current.active) whole(sku, 'inactive', 'active');
      changes.push(
        ...columnChanges(sku, variantColumns, current, variant),
        ...recordChanges(sku, 'Option', current.options, variant.options),
        ...recordChanges(sku, 'Attribute', current.attributes, variant.attributes),
      );
    }
  }
  for (const { key, sku, active } of before.values())
    if (active && !after.has(key)) whole(sku ?? key, 'active', 'inactive');
  return changes;
}

function columnChanges<C extends StoredColumn>(
  sku: string | null,
  columns: readonly C[],
  before: Readonly<Record<C, unknown>>,
  after: Readonly<Record<C, unknown>>,
): FieldChange[] {
  return columns.flatMap((column) => {
    const values = [before[column], after[column]].map((value) => comparable(column, value));
    if (JSON.stringify(values[0]) === JSON.stringify(values[1])) return [];
    return [
      { sku, field: labels.get(column) ?? column, name: null, before: shown(values[0]), after: shown(values[1]) },
    ];
  });
}

/** What a column is called: the first field that is stored in it. */
const labels = new Map<StoredColumn, string>(
  allFields
    .toReversed()
    .flatMap((field) => (fields[field].column === null ? [] : [[fields[field].column, fields[field].label] as const])),
);

function recordChanges(
  sku: string | null,
  field: string,
  before: Record<string, string>,
  after: Record<string, string>,
): FieldChange[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) => {
    const values = { before: before[name] ?? null, after: after[name] ?? null };
    return values.before === values.after ? [] : [{ sku, field, name, ...values }];
  });
}

const shown = (value: unknown) =>
  value === null || value === undefined ? null : Array.isArray(value) ? value.join(', ') : String(value);

/** One URL a line, with its alt text where it has one: a product shows each image once. */
function imageList(images: readonly CompleteImage[]): string {
  const distinct = new Map(images.toReversed().map((image) => [image.urlHash, image]));
  return [...distinct.values()]
    .toReversed()
    .map(({ url, alt }) => (alt === null ? url : `${url} (${alt})`))
    .join('\n');
}
