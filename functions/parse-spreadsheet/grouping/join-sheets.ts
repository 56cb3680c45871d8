import { type Field, identifyingFields, traitsOf } from '../../../schema/fields/fields.ts';
import type { Column, Layout } from '../headers/layout.ts';
import { speechOf } from '../headers/speech.ts';
import { type Problem, problem } from '../problems.ts';
import { type Cells, linkText, shownText } from '../sheets/cells.ts';
import { fieldText } from './product-key.ts';
import type { SpooledRow } from './row-spool.ts';

/** A sheet that says more about products of other sheets: barcodes, images, prices by SKU or code. */
type Supplement = { place: number; layout: Layout; field: Field; unmatched: number };

/** The field by which rows of a sheet without titles name products of other sheets; undefined where there is none. */
export function joiningField(layout: Layout): Field | undefined {
  return (['code', ...identifyingFields] as const).find((field) => layout.index[field] !== undefined);
}

/** The key of rows that name a product by this field; no cell holds a zero character. */
export function joiningKey(layout: Layout, cells: Cells, field: Field): string | null {
  const text = fieldText(layout, cells, field);
  return text === '' ? null : field === 'code' ? text : `\0${field}:${text}`;
}

/** Rows of several sheets as rows of one: what a supplement says of a row stands behind the row's own cells. */
export class JoinedSheets {
  /** At their places, those of sheets with products with the columns of all supplements. */
  readonly layouts: Layout[];
  /** Columns that rows have themselves, by layout. */
  readonly #widths: number[];
  readonly #supplements: Supplement[] = [];
  readonly #conflicts = new Map<string, Problem>();

  constructor(layouts: readonly Layout[]) {
    const hasTitles = layouts.some(({ index }) => index.title !== undefined);
    for (const [place, layout] of layouts.entries()) {
      const field = joiningField(layout);
      if (hasTitles && layout.index.title === undefined && field !== undefined)
        this.#supplements.push({ place, layout, field, unmatched: 0 });
    }
    this.layouts = layouts.map((layout, place) =>
      this.#supplements.some((supplement) => supplement.place === place)
        ? layout
        : this.#supplements.reduce(withColumnsOf, layout),
    );
    this.#widths = layouts.map(({ columns }) => columns.length);
  }

  /** A product's rows with what supplements say of them; none where only supplements speak of the product. */
  join(rows: readonly SpooledRow[]): readonly SpooledRow[] {
    if (this.#supplements.length === 0) return rows;
    const placeOf = new Map(this.#supplements.map((supplement) => [supplement.place, supplement]));
    const own = rows.filter((row) => !placeOf.has(row.layout));
    if (own.length === 0) {
      for (const row of rows) {
        const supplement = placeOf.get(row.layout);
        if (supplement !== undefined) supplement.unmatched += 1;
      }
      return own;
    }
    if (own.length === rows.length) return own;
    const said = this.#supplements.map((supplement) => rowsByKey(supplement, rows));
    return own.map((row, index) => {
      const width = this.#widths[row.layout] ?? 0;
      // Values beyond the header would stand in the columns of the supplements.
      const cells = Array.from({ length: width }, (_, column) => row.cells[column] ?? null);
      const added = this.#supplements.flatMap((supplement, place) => {
        const base = this.layouts[row.layout];
        const key = base && joiningKey(base, row.cells, supplement.field);
        // What is said of a code is said of the product: its first row has it.
        const named =
          supplement.field === 'code'
            ? index === 0
              ? [...(said[place]?.values() ?? [])].flat()
              : []
            : said[place]?.get(key ?? '');
        return this.#cellsOf(supplement.layout, named ?? []);
      });
      return { ...row, cells: [...cells, ...added] };
    });
  }

  #cellsOf(layout: Layout, said: readonly SpooledRow[]): Cells {
    return layout.columns.map((column, at) => {
      const cells = said.flatMap(({ cells: { [at]: cell } }) =>
        cell === null || cell === undefined || shownText(cell) === '' ? [] : [cell],
      );
      const [first] = cells;
      if (first === undefined || column === null) return null;
      if (column.match?.field === 'image') return [...new Set(cells.map(linkText))].join('\n');
      return cells.every((cell) => shownText(cell) === shownText(first)) ? first : this.#conflict(layout, column, said);
    });
  }

  /** Prices by country: none of several is the product's. */
  #conflict({ sheet }: Layout, { header }: Column, [first]: readonly SpooledRow[]): null {
    const key = JSON.stringify([sheet, header]);
    if (!this.#conflicts.has(key)) {
      const message = `Several rows of the sheet “${sheet}” name one product with another “${header}”: none of them is taken, here and in other rows.`;
      const at = { sheet, row: first?.number ?? null, column: header, value: null, message };
      this.#conflicts.set(key, problem('conflicting_value', at));
    }
    return null;
  }

  /** What of the supplements is in no product: complete after the last {@link join}. */
  problems(): Problem[] {
    const unmatched = this.#supplements.filter((supplement) => supplement.unmatched > 0);
    return [
      ...this.#conflicts.values(),
      ...unmatched.map(({ layout: { sheet, columns, index }, field, unmatched: count }) => {
        const column = columns[index[field] ?? -1]?.header ?? null;
        const message = `${count} rows of the sheet “${sheet}” name no product of the other sheets by their “${column}”; they were not read.`;
        return problem('rows_without_product', { sheet, row: null, column, value: null, message });
      }),
    ];
  }
}

function rowsByKey({ place, layout, field }: Supplement, rows: readonly SpooledRow[]): Map<string, SpooledRow[]> {
  const byKey = new Map<string, SpooledRow[]>();
  for (const row of rows) {
    const key = row.layout === place ? joiningKey(layout, row.cells, field) : null;
    if (key === null) continue;
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, [row]);
    else known.push(row);
  }
  return byKey;
}

/** A layout with the columns of a supplement behind its own; what it has itself a supplement has as an attribute only. */
function withColumnsOf(base: Layout, { layout, field }: Supplement): Layout {
  const headers = new Set(base.columns.map((column) => column?.header));
  const index = { ...base.index };
  const added = layout.columns.map((column, place): Column | null => {
    if (column === null) return null;
    const header = headers.has(column.header) ? `${column.header} (${layout.sheet})` : column.header;
    const { match } = column;
    if (match === null || match.field === field) return { header, match: match && { ...match, field: 'ignored' } };
    if (traitsOf(match.field).repeated) return { header, match };
    if (index[match.field] !== undefined) return { header, match: null };
    index[match.field] = base.columns.length + place;
    return { header, match };
  });
  const columns = [...base.columns, ...added];
  return { ...base, columns, index, speech: speechOf(columns) };
}
