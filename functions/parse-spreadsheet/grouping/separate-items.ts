import { type Field, traitsOf } from '../../../schema/fields/fields.ts';
import type { Layout } from '../headers/layout.ts';
import { shownText } from '../sheets/cells.ts';
import { productKey, slug } from './product-key.ts';
import type { SpooledRow } from './row-spool.ts';

/** One of several products whose rows have the same title. */
export type Item = { code: string; rows: SpooledRow[] };

/** Rows that belong together whatever they say: one with a title and those without that follow it. */
type Block = { rows: SpooledRow[]; layout: Layout; options: string };

/** Longer values are texts, not what tells a product from another. */
const longestDiscriminator = 60;

/**
 * Rows with one title and no code are one product only where nothing but their options tells them apart: rows with the
 * same options and another price, picture or code are different products. Each gets a code of its title and of the first
 * column in which they all differ; a text is preferred to a number, which may only count the rows. Null where the rows
 * are one product, or where something else than their title brought them together.
 */
export function separateItems(
  code: string | null,
  rows: readonly SpooledRow[],
  layoutOf: (row: SpooledRow) => Layout,
): Item[] | null {
  const [first] = rows;
  if (code === null || first === undefined || rows.length === 1 || !isFromTitle(layoutOf(first), first)) return null;
  const items: Block[][] = [];
  /** By options: how many products have them so far. */
  const taken = new Map<string, number>();
  const known = new Map<string, Block[]>();
  for (const block of blocksOf(rows, layoutOf)) {
    const count = taken.get(block.options) ?? 0;
    const last = items[count - 1]?.find(({ options }) => options === block.options);
    const repeated =
      known.get(contentOf(block)) ?? (last === undefined || differ(last, block) ? undefined : items[count - 1]);
    // The second of each size belongs to the second product: lists name all sizes of one before the next.
    const item = repeated ?? items[count] ?? [];
    if (repeated === undefined) {
      if (item.length === 0) items.push(item);
      taken.set(block.options, count + 1);
    }
    item.push(block);
    known.set(contentOf(block), item);
  }
  if (items.length < 2) return null;
  const suffixes = discriminators(items.map(([block]) => block));
  return items.map((blocks, index) => ({
    code: suffixes === null ? (index === 0 ? code : `${code}:${index + 1}`) : `${code}:${suffixes[index]}`,
    rows: blocks.flatMap((block) => block.rows),
  }));
}

function isFromTitle(layout: Layout, { cells }: SpooledRow): boolean {
  const found = productKey(layout, cells);
  return found.kind === 'product' && found.fromTitle === true;
}

function blocksOf(rows: readonly SpooledRow[], layoutOf: (row: SpooledRow) => Layout): Block[] {
  const blocks: Block[] = [];
  for (const row of rows) {
    const layout = layoutOf(row);
    const open = blocks.at(-1);
    if (open !== undefined && productKey(layout, row.cells).kind === 'continuation') open.rows.push(row);
    else blocks.push({ rows: [row], layout, options: '' });
  }
  for (const block of blocks) block.options = JSON.stringify(optionsOf(block, layoutOf));
  return blocks;
}

const isOption = (field: Field | undefined) => field !== undefined && traitsOf(field).kind === 'option';

function optionsOf({ rows }: Block, layoutOf: (row: SpooledRow) => Layout): string[][] {
  return rows.map((row) => {
    const { columns } = layoutOf(row);
    return row.cells.flatMap((cell, index) => (isOption(columns[index]?.match?.field) ? [shownText(cell).trim()] : []));
  });
}

const contentOf = ({ layout, rows: [first] }: Block) => JSON.stringify([layout.sheet, first?.cells]);

/** True where two first rows say different things under one header; what one of them leaves empty is no difference. */
function differ(one: Block, other: Block): boolean {
  return one.layout.columns.some((column, index) => {
    if (column === null || column.match?.field === 'title') return false;
    const place =
      one.layout === other.layout ? index : other.layout.columns.findIndex((twin) => twin?.header === column.header);
    const [mine, yours] = [valueIn(one, index), valueIn(other, place)];
    return mine !== '' && yours !== '' && mine !== yours;
  });
}

/** What a block's first row has in a column. */
const valueIn = ({ rows: [first] }: Block, index: number) => shownText(first?.cells[index]).trim();

/** Values of the column that tells these rows apart, as they stand in a code; null where no column does. */
function discriminators(blocks: readonly (Block | undefined)[]): string[] | null {
  const [first] = blocks;
  if (first === undefined || blocks.some((block) => block?.layout !== first.layout)) return null;
  const candidates = first.layout.columns.flatMap((column, index) => {
    const values = blocks.map((block) => (block === undefined ? '' : valueIn(block, index)));
    const slugs = values.map(slug);
    const short = values.every((value, place) => value.length <= longestDiscriminator && slugs[place] !== '');
    const lasting = column !== null && (column.match === null || isLasting(column.match.field));
    return lasting && short && new Set(slugs).size === slugs.length ? [{ values, slugs }] : [];
  });
  const text = candidates.find(({ values }) => values.some((value) => !/^[\d.,\s]+$/.test(value)));
  return (text ?? candidates[0])?.slugs ?? null;
}

/** False for what changes from one file to the next while the product stays the same. */
function isLasting(field: Field): boolean {
  return !['money', 'quantity', 'date', 'offered', 'markup', 'title', 'images', 'tags'].includes(traitsOf(field).kind);
}
