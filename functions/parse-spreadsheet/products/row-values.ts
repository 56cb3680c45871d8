import { type Field, traitsOf } from '../../../schema/fields/fields.ts';
import type { ProblemCode } from '../../shared/report/problem-kinds.ts';
import { rowKind } from '../grouping/product-key.ts';
import type { HeaderMatch, RowKind } from '../headers/conventions/convention.ts';
import type { Layout } from '../headers/layout.ts';
import { type Problem, problem } from '../problems.ts';
import { type Cell, type Cells, cellError, identifierText, linkText, nothing, shownText } from '../sheets/cells.ts';
import { columnLetters } from '../sheets/column-letters.ts';
import { looksLikeUrl } from '../values/image-urls.ts';
import { splitDimensions } from '../values/read-dimensions.ts';

/** A row of a product; `sheet` is the place of its layout among those that are read. */
export type GroupRow = { layout: Layout; sheet: number; number: number; cells: Cells };

/** A row that is in no product, as it came, with the problems of its product and its code, where it has one. */
export type RejectedRow = GroupRow & { problems: readonly Problem[]; code: string | null };
export type FieldCell = { cell: Cell; header: string; match: HeaderMatch };

/** One row, sorted by what its cells are. */
export type RowValues = {
  row: GroupRow;
  /** Null in conventions without row types. */
  kind: RowKind | null;
  fields: Partial<Record<Field, FieldCell>>;
  /** Option name and value by number. */
  options: Map<number, { name?: string; value?: string }>;
  /** Options named by their header, such as Size. */
  impliedOptions: [string, string][];
  tags: string[];
  outletQuantities: FieldCell[];
  images: (FieldCell & { text: string })[];
  imageAlts: Map<number, string>;
  /** Cells of options and alt texts: what of them is of no use in the end is kept as an attribute. */
  helpers: { header: string; text: string; of: 'optionName' | 'optionValue' | 'alt' }[];
  attributes: { header: string; text: string; ofVariant: boolean }[];
};

/** Reports a problem of one row's column. */
export type Report = (
  row: GroupRow,
  code: ProblemCode,
  header: string | null,
  value: string | null,
  message: string,
) => void;

/** A {@link Report} that collects problems. */
export function reporter(problems: Problem[]): Report {
  return (row, code, column, value, message) => {
    problems.push(problem(code, { sheet: row.layout.sheet, row: row.number, column, value, message }));
  };
}

/** Sorts a row's cells by the columns of its sheet; error values are reported and left out. */
export function readRowValues(row: GroupRow, report: Report): RowValues {
  const values: RowValues = {
    row,
    kind: rowKind(row.layout, row.cells),
    fields: {},
    options: new Map(),
    impliedOptions: [],
    tags: [],
    outletQuantities: [],
    images: [],
    imageAlts: new Map(),
    helpers: [],
    attributes: [],
  };
  const { columns } = row.layout;
  for (let index = 0; index < row.cells.length; index += 1) {
    const cell = row.cells[index] ?? null;
    if (cell === null || (typeof cell === 'string' && cell.trim() === '')) continue;
    const column = columns[index] ?? { header: columnLetters(index), match: null };
    if (!columns[index]) {
      report(
        row,
        'values_without_header',
        column.header,
        shownText(cell),
        `Column ${column.header} has values but no header; they are kept as attribute “${column.header}”.`,
      );
    }
    const error = cellError(cell);
    if (error !== null) {
      if (column.match?.field !== 'ignored') reportError(row, column, error, report);
    } else sortCell(values, column.header, cell, column.match);
  }
  if (values.images.length > 1) keepFileNames(values);
  if (values.fields.dimensions !== undefined) readSides(values, values.fields.dimensions);
  return values;
}

function sortCell(values: RowValues, header: string, cell: Cell, match: HeaderMatch | null): void {
  if (match === null || match.field === 'attribute') {
    values.attributes.push({ header, text: shownText(cell), ofVariant: /^variant\b/i.test(header) });
    return;
  }
  const number = match.number ?? 0;
  switch (match.field) {
    case 'ignored':
      return;
    case 'variantAttribute':
      values.attributes.push({ header, text: shownText(cell), ofVariant: true });
      return;
    case 'optionName':
      values.options.set(number, { ...values.options.get(number), name: shownText(cell).trim() });
      values.helpers.push({ header, text: shownText(cell).trim(), of: 'optionName' });
      return;
    case 'optionValue':
      values.options.set(number, { ...values.options.get(number), value: identifierText(cell) });
      values.helpers.push({ header, text: identifierText(cell), of: 'optionValue' });
      return;
    case 'option':
      values.impliedOptions.push([header, identifierText(cell)]);
      values.helpers.push({ header, text: identifierText(cell), of: 'optionValue' });
      return;
    case 'outletQuantity':
      values.attributes.push({ header, text: shownText(cell), ofVariant: true });
      values.outletQuantities.push({ cell, header, match });
      return;
    case 'surcharge':
    case 'saleDate':
    case 'centPrices':
    case 'centCurrency':
      values.attributes.push({ header, text: shownText(cell), ofVariant: true });
      values.fields[match.field] = { cell, header, match };
      return;
    case 'tags':
      values.tags.push(...shownText(cell).split(/[,;|]/));
      return;
    case 'image':
      values.images.push({ cell, header, match, text: linkText(cell) });
      return;
    case 'imageAlt':
      values.imageAlts.set(number, shownText(cell).trim());
      values.helpers.push({ header, text: shownText(cell).trim(), of: 'alt' });
      return;
    default:
      holdField(values, match.field, { cell, header, match });
  }
}

/** Of alternatives such as UPC and EAN the first filled one is the field's, the others are attributes. */
function holdField(values: RowValues, field: Field, found: FieldCell): void {
  const held = values.fields[field];
  if (traitsOf(field).alternatives === undefined) values.fields[field] = found;
  else if (!nothing.test(shownText(found.cell).trim())) {
    const isFirst = held === undefined || (found.match.rank ?? 0) < (held.match.rank ?? 0);
    const other = isFirst ? held : found;
    if (isFirst) values.fields[field] = found;
    if (other !== undefined)
      values.attributes.push({ header: other.header, text: identifierText(other.cell), ofVariant: true });
  }
}

/** What `12 x 8 x 4 in` says, where no column of its own says otherwise. */
function readSides(values: RowValues, { cell, header, match }: FieldCell): void {
  const shown = shownText(cell);
  values.attributes.push({ header, text: shown, ofVariant: false });
  const sides = splitDimensions(shown, header, match.unit ?? text(values, 'dimensionUnit'));
  for (const side of sides === null ? [] : (['length', 'width', 'height'] as const)) {
    values.fields[side] ??= {
      cell: sides?.[side] ?? '',
      header: `${header}: ${side}`,
      match: { field: side, priority: 0 },
    };
  }
}

/** Beside the URL of an image, its file's name (BigCommerce's `Product Image File - 1`) is no image but an attribute. */
function keepFileNames(values: RowValues): void {
  const urls = values.images.filter(({ text }) => looksLikeUrl(text));
  if (urls.length === values.images.length) return;
  const isNamed = ({ match }: FieldCell) =>
    urls.some((url) => url.match.number === match.number && (match.number || url.match.priority === match.priority));
  const names = values.images.filter((image) => !urls.includes(image) && isNamed(image));
  values.images = values.images.filter((image) => !names.includes(image));
  for (const { header, text } of names) values.attributes.push({ header, text, ofVariant: false });
}

function reportError(
  row: GroupRow,
  column: { header: string; match: HeaderMatch | null },
  error: string,
  report: Report,
): void {
  const rejects = column.match !== null && traitsOf(column.match.field).needed === true;
  if (error === 'no result') {
    const code = rejects ? 'formula_error' : 'formula_without_result';
    report(
      row,
      code,
      column.header,
      null,
      'The formula was saved without its result: open the file in your spreadsheet program, let it calculate and save it.',
    );
    return;
  }
  report(
    row,
    rejects ? 'formula_error' : 'formula_error_ignored',
    column.header,
    error,
    `The cell shows the error ${error}; expected a value.`,
  );
}

/** The store view that a row is about, where it is not that of the product's own row (Magento); null otherwise. */
export function otherStoreView(values: RowValues, main: RowValues): string | null {
  const view = text(values, 'storeView');
  return view === text(main, 'storeView') ? null : view;
}

/** Text of a field, trimmed; null where blank. */
export function text(values: RowValues | undefined, field: Field): string | null {
  const found = values?.fields[field];
  return found === undefined ? null : shownText(found.cell).trim() || null;
}
