import {
  allFields,
  type Field,
  fields,
  type KindOf,
  type ProductColumn,
  traitsOf,
  type VariantColumn,
} from '../../../schema/fields/fields.ts';
import { limits } from '../limits.ts';
import { shownText } from '../sheets/cells.ts';
import { type Report, type RowValues, text } from './row-values.ts';

/** Kinds that are taken as they are written. */
type TextKind = 'text' | 'markup' | 'name';
type TextColumn = { [C in ProductColumn]: KindOf<C> extends TextKind ? C : never }[ProductColumn];

/** True for a text that a product takes from its first row that has one. */
export const isText = (field: Field) => ['title', 'text', 'markup', 'name'].includes(fields[field].kind);
const textFields = allFields.filter((field) => isText(field) && field !== 'title');

/** The texts of a product: those of its own row or else of the first row that has one. */
export function readTexts(
  rows: readonly RowValues[],
  main: RowValues,
  report: Report,
): Record<TextColumn, string | null> {
  const read = textFields.map((field) => {
    const values = [main, ...rows].find((row) => text(row, field) !== null);
    const found = values?.fields[field];
    if (values === undefined || found === undefined) return [fields[field].column, null];
    const { kind } = traitsOf(field);
    const value = kind === 'markup' ? shownText(found.cell) : shownText(found.cell).trim();
    return [
      fields[field].column,
      kind === 'name' ? cutName(value, values, found.header, traitsOf(field).label, report) : value,
    ];
  });
  return Object.fromEntries(read) as Record<TextColumn, string | null>;
}

type VariantTextColumn = { [C in VariantColumn]: KindOf<C> extends TextKind ? C : never }[VariantColumn];

const variantTextFields = textFields.filter((field) => traitsOf(field).of !== 'product');

/** The texts of a variant: its own row's or else the product's. */
export function readVariantTexts(values: RowValues, main: RowValues): Record<VariantTextColumn, string | null> {
  const read = variantTextFields.map((field) => [fields[field].column, text(values, field) ?? text(main, field)]);
  return Object.fromEntries(read) as Record<VariantTextColumn, string | null>;
}

function cutName(name: string, values: RowValues, header: string, label: string, report: Report): string {
  if (name.length <= limits.indexedCharacters) return name;
  const message = `A ${label.toLowerCase()} of ${name.length} characters; the first ${limits.indexedCharacters} are taken.`;
  report(values.row, 'value_too_long', header, name, message);
  return name.slice(0, limits.indexedCharacters).toWellFormed();
}
