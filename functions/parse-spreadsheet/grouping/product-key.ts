import { type Field, identifyingFields } from '../../../schema/fields/fields.ts';
import type { RowKind } from '../headers/conventions/convention.ts';
import type { Layout } from '../headers/layout.ts';
import { type Cells, cellError, identifierText, nothing, shownText } from '../sheets/cells.ts';
import { splitList } from '../values/split-list.ts';

/** Which product a row belongs to. */
export type ProductKey =
  | { kind: 'product'; key: string; fromTitle?: true }
  /** Belongs to the product of the row above. */
  | { kind: 'continuation' }
  | { kind: 'unidentified' };

/** Text of a row's field; empty where the sheet has no such column or the cell holds an error. */
export function fieldText(layout: Layout, cells: Cells, field: Field): string {
  const text = textAt(cells, layout.index[field]);
  const others = layout.alternatives[field];
  if (others === undefined || (text !== '' && !nothing.test(text))) return text;
  return others.map((index) => textAt(cells, index)).find((other) => other !== '' && !nothing.test(other)) ?? text;
}

function textAt(cells: Cells, index: number | undefined): string {
  const cell = index === undefined ? null : cells[index];
  return cell === null || cell === undefined || cellError(cell) !== null ? '' : identifierText(cell);
}

/** What a row of a convention with row types is; null where types do not matter. */
export function rowKind(layout: Layout, cells: Cells): RowKind | null {
  const { rowTypes, parentIds } = layout.convention;
  if (parentIds === true && layout.index.parent !== undefined) {
    const parent = fieldText(layout, cells, 'parent');
    return parent === '' || parent === '0' || nothing.test(parent) ? 'product' : 'variant';
  }
  if (rowTypes === undefined || layout.index.rowType === undefined) return null;
  // WooCommerce: `variation, virtual, downloadable`.
  for (const type of fieldText(layout, cells, 'rowType').toLowerCase().split(',')) {
    const kind = Object.hasOwn(rowTypes, type.trim()) ? rowTypes[type.trim()] : undefined;
    if (kind !== undefined) return kind;
  }
  return 'product';
}

/** The key by which a row joins its product. Rows without code and title continue the product above them. */
export function productKey(layout: Layout, cells: Cells): ProductKey {
  const kind = rowKind(layout, cells);
  if (layout.convention.grouping === 'previous' && kind !== null && kind !== 'product') return { kind: 'continuation' };
  if (layout.convention.grouping === 'parent' && kind === 'variant') {
    const parent = fieldText(layout, cells, 'parent');
    if (parent === '') return { kind: 'unidentified' };
    return { kind: 'product', key: layout.convention.parentIds === true ? `id:${parent}` : parent };
  }
  const code = fieldText(layout, cells, 'code');
  if (code !== '') return { kind: 'product', key: code };
  const title = fieldText(layout, cells, 'title');
  if (title === '' && continues(layout)) return { kind: 'continuation' };
  for (const field of identifyingFields) {
    const text = fieldText(layout, cells, field);
    // The SKUs of all variants (Etsy), in an order that changes.
    if (splitList(text, layout.convention.valueSeparator).length > 1) continue;
    if (text !== '' && !nothing.test(text)) return { kind: 'product', key: field === 'id' ? `id:${text}` : text };
  }
  if (title === '') return { kind: 'continuation' };
  // Where products have handles, one without is a mistake; where they have SKUs, there are often some without.
  if (layout.index.code !== undefined && layout.convention.newWithoutCode !== true) return { kind: 'unidentified' };
  return { kind: 'product', key: identifies(layout) ? `title:${slug(title)}` : slug(title), fromTitle: true };
}

/** True where a row without code and title is a further row of its product rather than a product without a title. */
export function continues(layout: Layout): boolean {
  if (layout.index.title === undefined || layout.convention.titledRows === true) return false;
  const isOption = (field: Field | undefined) => field === 'optionValue' || field === 'option';
  return layout.index.code !== undefined || layout.columns.some((column) => isOption(column?.match?.field));
}

/** True where the sheet has a column that tells products apart. */
export function identifies(layout: Layout): boolean {
  return (['code', ...identifyingFields] as const).some((field) => layout.index[field] !== undefined);
}

/** Other keys under which rows name the product of this row: a WooCommerce id, a Magento configurable's SKUs. */
export function aliases(layout: Layout, cells: Cells, key: string): string[] {
  const id = fieldText(layout, cells, 'id');
  if (layout.convention.grouping === 'parent' && id !== '' && key !== `id:${id}`) return [`id:${id}`];
  return configurations(shownText(cells[layout.index.children ?? -1])).map(({ sku }) => sku);
}

/** Magento's `sku=A-M,size=M,color=Blue|sku=A-L,…`. */
export function configurations(text: string): { sku: string; options: [string, string][] }[] {
  return text.split('|').flatMap((part) => {
    const pairs = assignments(part);
    const sku = pairs.find(([name]) => name.toLowerCase() === 'sku')?.[1];
    return sku === undefined || sku === ''
      ? []
      : [{ sku, options: pairs.filter(([name]) => name.toLowerCase() !== 'sku') }];
  });
}

/** `a=1,b=2,3` → a: `1`, b: `2,3`: a comma separates only before the next name. */
export function assignments(text: string): [string, string][] {
  return text
    .split(/,(?=\s*[A-Za-z_][\w -]*=)/)
    .map((pair): [string, string] => {
      const equals = pair.indexOf('=');
      return equals < 0 ? [pair.trim(), ''] : [pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()];
    })
    .filter(([name]) => name !== '');
}

/** A text as it stands in a code: in lower case, its words joined by hyphens. */
export function slug(title: string): string {
  return title
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
}
