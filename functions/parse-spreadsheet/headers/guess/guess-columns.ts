import { type Field, identifyingFields, priceFields, traitsOf } from '../../../../schema/fields/fields.ts';
import { normaliseHeader } from '../../../shared/headers/header-names.ts';
import { type Problem, problem } from '../../problems.ts';
import { type Cells, shownText } from '../../sheets/cells.ts';
import type { Layout } from '../layout.ts';
import { speechOf } from '../speech.ts';
import { type Shape, shapeNames, shapeOf } from './column-shapes.ts';
import { mayBeThePrice, mayHoldMoney, mayIdentify, soundsLikeStock } from './telling-headers.ts';

/** Rows by which a column is judged. */
const sampleRows = 200;

/** A field that a column's cells may hold, where no header says so. */
type Wanted = {
  field: Field;
  shape: Shape;
  missing: (layout: Layout) => boolean;
  only?: (header: string, layout: Layout) => boolean;
};

const lacks =
  (...fields: Field[]) =>
  (layout: Layout) =>
    fields.every((field) => layout.index[field] === undefined);

const wantedIn = (sample: readonly Cells[]): Wanted[] => [
  { field: 'image', shape: 'images', missing: (layout) => !holdsImages(layout) },
  {
    field: 'price',
    shape: 'amounts',
    missing: (layout) => !isPriced(layout, sample),
    // A column that is called a price and is empty is not replaced without a word.
    only: (header, layout) => lacks(...priceFields)(layout) && mayBeThePrice(header),
  },
  // Before barcodes, which tell products apart as well.
  { field: 'sku', shape: 'codes', missing: lacks('code', 'parent', ...identifyingFields) },
  { field: 'barcode', shape: 'barcodes', missing: lacks('barcode') },
  { field: 'title', shape: 'titles', missing: lacks('title') },
  { field: 'title', shape: 'names', missing: lacks('title') },
  { field: 'description', shape: 'texts', missing: lacks('description') },
];

/** Whether a header leaves open that its column holds what its cells look like. */
function mayHold(shape: Shape, header: string): boolean {
  if (shape === 'amounts') return mayHoldMoney(header);
  return (shape !== 'codes' && shape !== 'barcodes') || mayIdentify(header);
}

/** Too few rows to say of a column that it is empty. */
const fewRows = 10;

/** Whether a column is the price, and holds any. */
function isPriced({ index }: Layout, sample: readonly Cells[]): boolean {
  const columns = priceFields.map((field) => index[field]).filter((column) => column !== undefined);
  if (columns.length === 0 || sample.length < fewRows) return columns.length > 0;
  return sample.some((cells) => columns.some((column) => shownText(cells[column]).trim() !== ''));
}

/** Without the rows between the groups of a price list: the heading of a group is in one cell. */
function rowsOfProducts(below: readonly Cells[], { columns }: Layout): readonly Cells[] {
  if (columns.filter((column) => column !== null).length < 3) return below;
  return below.filter((cells) => cells.filter((cell) => shownText(cell).trim() !== '').length > 1);
}

const holdsImages = ({ columns }: Pick<Layout, 'columns'>) =>
  columns.some((column) => column?.match?.field === 'image' || column?.match?.field === 'variantImage');

/**
 * The layout with what the cells say where the headers do not: a field that no header names is the column's whose cells
 * look like it, where it is the only one; of several, none is taken. Either is a warning. Columns of the supplier's
 * mapping stay what it says. `below` are rows under the header; the first two hundred are looked at.
 */
export function guessColumns(
  layout: Layout,
  below: readonly Cells[],
  columnMapping: Record<string, string>,
  report: (problem: Problem) => void,
): Layout {
  const mapped = new Set(Object.keys(columnMapping).map(normaliseHeader));
  const sample = rowsOfProducts(below, layout).slice(0, sampleRows);
  const open = layout.columns.flatMap((column, index) => {
    if (column === null || column.match !== null || mapped.has(normaliseHeader(column.header))) return [];
    const shape = shapeOf(sample.map((cells) => cells[index]));
    return shape === null || !mayHold(shape, column.header) ? [] : [{ index, column, shape }];
  });
  const guessed: Layout = {
    ...layout,
    columns: layout.columns.map((column) => column && { ...column }),
    index: { ...layout.index },
  };
  for (const { index, shape } of open) {
    const column = guessed.columns[index];
    if (column) column.shape = shape;
  }
  const say = (code: 'column_guessed' | 'column_proposed', header: string, message: string) =>
    report(problem(code, { sheet: layout.sheet, row: layout.headerRow, column: header, value: header, message }));
  for (const { field, shape, missing, only: isCertain } of wantedIn(sample)) {
    if (!missing(guessed)) continue;
    const label = traitsOf(field).label.toLowerCase();
    const alike = open.filter((candidate) => candidate.shape === shape);
    const [only] = alike;
    if (only === undefined) continue;
    // All columns of images are taken: a product has several.
    if ((alike.length > 1 && field !== 'image') || isCertain?.(only.column.header, guessed) === false) {
      for (const { index, column } of alike) {
        const target = guessed.columns[index];
        if (target) target.proposed = field;
        say(
          'column_proposed',
          column.header,
          `No column is called the ${label}. “${column.header}” holds ${shapeNames[shape]} and may be it; ${wayOut}.`,
        );
      }
      continue;
    }
    for (const [number, { index, column }] of alike.entries()) {
      const target = guessed.columns[index];
      if (target)
        Object.assign(target, { match: { field, priority: 0, ...(field === 'image' && { number }) }, guessed: true });
      if (field !== 'image') guessed.index[field] = index;
      say(
        'column_guessed',
        column.header,
        `“${column.header}” is taken for the ${label}, since it alone holds ${shapeNames[shape]}. If that is wrong: ${wayOut}.`,
      );
    }
  }
  proposeStock(guessed, open, say);
  return { ...guessed, speech: speechOf(guessed.columns) };
}

/** How a person says what a column is. */
export const wayOut = 'say what it is in columns.xlsx, or with --map';

type Open = { index: number; shape: Shape }[];

/** A column of integers that is called like a stock is proposed: many a number is called so that is none. */
function proposeStock(
  layout: Layout,
  open: Open,
  say: (code: 'column_proposed', header: string, message: string) => void,
): void {
  if (layout.index.quantity !== undefined) return;
  for (const { index, shape } of open) {
    const column = layout.columns[index];
    if (shape !== 'integers' || !column || !soundsLikeStock(column.header)) continue;
    column.proposed = 'quantity';
    say(
      'column_proposed',
      column.header,
      `No column is read as the quantity. “${column.header}” holds whole numbers and may be it; ${wayOut}.`,
    );
  }
}
