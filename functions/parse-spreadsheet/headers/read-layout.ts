import { type Field, traitsOf } from '../../../schema/fields/fields.ts';
import { normaliseHeader } from '../../shared/headers/header-names.ts';
import { limits } from '../limits.ts';
import { type Problem, problem } from '../problems.ts';
import { type Cells, shownText } from '../sheets/cells.ts';
import { columnLetters } from '../sheets/column-letters.ts';
import { type Candidate, inOrderOfClaim } from './claim-order.ts';
import { borrowed } from './conventions/borrowed.ts';
import type { Convention, HeaderMatch } from './conventions/convention.ts';
import { template } from './conventions/index.ts';
import { lookUpHeader } from './dictionary.ts';
import { perhapsAPrice } from './guess/telling-headers.ts';
import type { Column, Layout, LayoutSettings } from './layout.ts';
import { mappingTarget } from './mapping-targets.ts';
import { speechOf } from './speech.ts';
import { suggestHeaders } from './suggest-header.ts';

/** Reads a header row as columns; problems with the header itself go to `report`. */
export function readLayout(
  sheet: string,
  headerRow: number,
  cells: Cells,
  convention: Convention,
  settings: LayoutSettings,
  report: (problem: Problem) => void,
): Layout {
  const headers = distinctHeaders(sheet, headerRow, cells, report);
  const mapped = mappedHeaders(sheet, headerRow, settings.columnMapping, report);
  const layout: Omit<Layout, 'speech'> = {
    sheet,
    headerRow,
    convention,
    columns: headers.map((header) => (header === null ? null : { header, match: null })),
    index: {},
    alternatives: {},
  };
  const taken = new Set<Field>();
  let currency: string | undefined;
  const claim = (column: Column, index: number, match: HeaderMatch) => {
    const { repeated, alternatives } = traitsOf(match.field);
    if (!repeated) {
      if (taken.has(match.field) && !alternatives) return;
      // A product has one currency: a list price in another one is an attribute, not a mistake in every row.
      currency ??= match.currency;
      if (match.currency !== undefined && match.currency !== currency) return;
      if (taken.has(match.field)) {
        const others = [...(layout.alternatives[match.field] ?? []), index];
        layout.alternatives[match.field] = others;
        column.match = { ...match, rank: others.length };
        return;
      }
      taken.add(match.field);
      layout.index[match.field] = index;
    }
    column.match = match;
  };
  const open = () =>
    [...layout.columns.entries()].flatMap(([index, column]) =>
      column !== null && column.match === null ? [{ index, column }] : [],
    );
  for (const { index, column } of open()) {
    const match = mapped.get(normaliseHeader(column.header));
    if (match !== undefined) claim(column, index, match);
  }
  const dictionaries = [...new Set([convention, template, borrowed])];
  const candidates = open().flatMap(({ index, column }) =>
    mapped.has(normaliseHeader(column.header))
      ? []
      : dictionaries
          .flatMap((dictionary, place): Omit<Candidate, 'first'>[] => {
            const match = lookUpField(dictionary, column.header);
            const refused = match === null || (isSecond(column.header) && match.field !== 'image');
            return refused ? [] : [{ index, column, match, place }];
          })
          .map((candidate, nth): Candidate => ({ ...candidate, first: nth === 0 })),
  );
  for (const { index, column, match } of inOrderOfClaim(candidates, settings))
    if (column.match === null) claim(column, index, match);
  useDescriptionAsTitle(layout);
  if (convention === template && ![...mapped.values()].some(({ field }) => traitsOf(field).kind === 'money'))
    useListPriceAsPrice(layout, report);
  for (const suggestion of suggestHeaders(layout, taken)) report(suggestion);
  return { ...layout, speech: speechOf(layout.columns) };
}

/** An attribute of the convention is a field where that is said of the field's words. */
function lookUpField(dictionary: Convention, header: string): HeaderMatch | null {
  const match = lookUpHeader(dictionary, header);
  if (match === null || traitsOf(match.field).kind !== 'attribute') return match;
  const general = lookUpHeader(template, header);
  return general !== null && traitsOf(general.field).everywhere ? general : match;
}

/** A list without any other price has its list price for one. A file without titles changes what it names and no more. */
function useListPriceAsPrice(layout: Omit<Layout, 'speech'>, report: (problem: Problem) => void): void {
  const { title, price, salePrice, msrp } = layout.index;
  const column = msrp === undefined ? undefined : layout.columns[msrp];
  if (title === undefined || price !== undefined || salePrice !== undefined || !column?.match) return;
  const isAttribute = (other: Column) => other.match === null || traitsOf(other.match.field).kind === 'attribute';
  if (layout.columns.some((other) => other && isAttribute(other) && perhapsAPrice.test(other.header))) return;
  column.match = { ...column.match, field: 'price' };
  layout.index.price = msrp;
  delete layout.index.msrp;
  report(
    problem('list_price_taken', {
      sheet: layout.sheet,
      row: layout.headerRow,
      column: column.header,
      value: column.header,
      message: `No column is called a price: “${column.header}” is taken for it. Name another “Price” if it is not.`,
    }),
  );
}

/** Price lists often have no title but an `Item Description` that is one. */
function useDescriptionAsTitle(layout: Omit<Layout, 'speech'>): void {
  const index = layout.index.description;
  const column = index === undefined ? undefined : layout.columns[index];
  if (layout.index.title !== undefined || !column?.match) return;
  column.match = { ...column.match, field: 'title' };
  layout.index.title = index;
  delete layout.index.description;
}

const second = / \(\d+\)$/;
const isSecond = (header: string) => second.test(header);

/** Headers by column; a repeated one gets a number so that both columns are kept. */
function distinctHeaders(
  sheet: string,
  row: number,
  cells: Cells,
  report: (problem: Problem) => void,
): (string | null)[] {
  const seen = new Map<string, number>();
  return Array.from(cells, (cell, index) => {
    const header = cutHeader(shownText(cell).replace(/\s+/g, ' ').trim());
    if (header === '') return null;
    const count = (seen.get(header) ?? 0) + 1;
    seen.set(header, count);
    if (count === 1) return header;
    const renamed = `${header} (${count})`;
    // A column for each image, all of one name, is how many suppliers list them.
    if (lookUpHeader(template, header)?.field === 'image') return renamed;
    report(
      problem('duplicate_header', {
        sheet,
        row,
        column: header,
        value: columnLetters(index),
        message: `The header “${header}” occurs again in column ${columnLetters(index)}; that column is kept as “${renamed}”.`,
      }),
    );
    return renamed;
  });
}

function cutHeader(header: string): string {
  return header.length > limits.headerCharacters
    ? `${header.slice(0, limits.headerCharacters - 1).toWellFormed()}…`
    : header;
}

function mappedHeaders(
  sheet: string,
  row: number,
  columnMapping: Record<string, string>,
  report: (problem: Problem) => void,
): Map<string, HeaderMatch> {
  const mapped = new Map<string, HeaderMatch>();
  for (const [header, target] of Object.entries(columnMapping)) {
    const match = mappingTarget(target);
    if (match !== null) mapped.set(normaliseHeader(header), match);
    else {
      report(
        problem('unknown_mapping', {
          sheet,
          row,
          column: header,
          value: target,
          message: `The column mapping sends “${header}” to “${target}”; expected a column of the template such as “Title” or “Image 1”.`,
        }),
      );
    }
  }
  return mapped;
}
