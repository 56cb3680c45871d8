import { configurations } from '../grouping/product-key.ts';
import { shownText } from '../sheets/cells.ts';
import { type RowValues, text } from './row-values.ts';

/**
 * Option name → value of a variant's row. Names that only the product's first row has (Shopify, Vendure) are taken from
 * `main`.
 */
export function readOptions(values: RowValues, main: RowValues): Record<string, string> {
  const options = new Map<string, string>();
  const { noOption } = values.row.layout.convention;
  for (const [number, own] of [...values.options].sort(([a], [b]) => a - b)) {
    const names = (own.name ?? main.options.get(number)?.name ?? '').split('|');
    const found = names.length > 1 ? (own.value ?? '').split('|') : [own.value ?? ''];
    for (const [index, value] of found.entries()) {
      const trimmed = value.trim();
      if (trimmed === '' || trimmed.toLowerCase() === noOption) continue;
      options.set(names[index]?.trim() || `Option ${number || index + 1}`, trimmed);
    }
  }
  for (const [name, value] of values.impliedOptions) options.set(name, value);
  for (const [name, value] of listedOptions(values)) options.set(name, value);
  for (const [name, value] of configuredOptions(values, main)) if (!options.has(name)) options.set(name, value);
  return Object.fromEntries(options);
}

/**
 * BigCommerce: `Type=Dropdown|Name=Size|Value=L`, and `[RB]Size=L,[S]Color=Red` for a name in its classic format.
 * eBay: `Size=L|Color=Red`.
 */
function listedOptions(values: RowValues): [string, string][] {
  const list = (text(values, 'optionList') ?? '').slice(0, 10_000);
  const named = [...list.matchAll(/Name=([^|\n]*)\|Value=([^|\n]*?)(?=Type=|\||\n|$)/g)];
  const classic =
    values.kind === 'variant' ? [...(text(values, 'title') ?? '').matchAll(/\[\w+\]([^=[\]]+)=([^,[\]]*)/g)] : [];
  const plain = named.length === 0 && values.kind === 'variant' ? list.matchAll(/(?<=^|\|)([^=|]+)=([^|]*)/g) : [];
  return [...named, ...classic, ...plain].map(([, name = '', value = '']) => [name.trim(), value.trim()]);
}

/** Magento: the configurable product lists its variants' options by SKU. */
function configuredOptions(values: RowValues, main: RowValues): [string, string][] {
  const children = main.fields.children;
  const sku = text(values, 'sku');
  if (children === undefined || sku === null || values === main) return [];
  return configurations(shownText(children.cell)).find((child) => child.sku === sku)?.options ?? [];
}
