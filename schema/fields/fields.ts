import { imageFields } from './image-fields.ts';
import { offerFields } from './offer-fields.ts';
import { productFields } from './product-fields.ts';
import { rowFields } from './row-fields.ts';
import { sizeFields } from './size-fields.ts';
import type { StoredKind, Traits } from './traits.ts';
import { variantFields } from './variant-fields.ts';

/**
 * What a column of a spreadsheet can hold, each described once. Conventions map headers to these; the parser, the
 * payload, the writer, the view and the reports derive from them what they have to know. The order of `column`s is that
 * of what is stored.
 */
export const fields = {
  ...rowFields,
  ...productFields,
  ...offerFields,
  ...sizeFields,
  ...variantFields,
  ...imageFields,
} as const satisfies Record<string, Traits>;

type Fields = typeof fields;
export type Field = keyof Fields;

/** Fields with all of these traits, whose values stand in the type. */
export type FieldWith<T> = { [F in Field]: Fields[F] extends T ? F : never }[Field];

/** Fields with all of these traits, in the order of their descriptions. */
export function fieldsWith<const T extends Partial<Traits>>(traits: T): FieldWith<T>[] {
  const matches = (field: Field): field is FieldWith<T> => {
    const described: Traits = fields[field];
    return Object.entries(traits).every(([trait, value]) => described[trait as keyof Traits] === value);
  };
  return allFields.filter(matches);
}

export const allFields = Object.keys(fields) as Field[];

/** Traits of a field as {@link Traits}, where it matters which may be missing. */
export const traitsOf = (field: Field): Traits => fields[field];

/** Fields that say what a product costs. */
export const priceFields = ['price', 'salePrice', 'centPrices'] as const satisfies readonly Field[];

/** Fields that tell products apart where there is no code, in the order in which they are asked. */
export const identifyingFields = allFields
  .filter((field) => traitsOf(field).identifies !== undefined)
  .sort((a, b) => (traitsOf(a).identifies ?? 0) - (traitsOf(b).identifies ?? 0));

/** The field's column in the tables of these levels. */
type ColumnOf<F extends Field, Level> = Fields[F] extends { of: Level | 'both'; column: infer C extends string }
  ? C
  : never;

/** Columns of a product, or of its variants, that hold what a file says: their names in Drizzle and in the payload. */
export type ProductColumn = { [F in Field]: ColumnOf<F, 'product'> }[Field];
export type VariantColumn = { [F in Field]: ColumnOf<F, 'variant'> }[Field];
export type StoredColumn = ProductColumn | VariantColumn;

/** The kind of what a column stores. */
export type KindOf<C extends StoredColumn> = {
  [F in Field]: Fields[F] extends { column: C; kind: infer K extends StoredKind } ? K : never;
}[Field];

const columnsOf = (level: 'product' | 'variant') => [
  ...new Set(
    allFields.flatMap((field) => {
      const { of, column } = fields[field];
      return column !== null && (of === level || of === 'both') ? [column] : [];
    }),
  ),
];
export const productColumns = columnsOf('product') as ProductColumn[];
export const variantColumns = columnsOf('variant') as VariantColumn[];

/** The stored columns of which a file with a column of this field speaks. */
export function columnsSpokenOf(field: Field): StoredColumn[] {
  const { column, alsoOf = [] } = traitsOf(field);
  return [...(column === null ? [] : [column]), ...alsoOf] as StoredColumn[];
}

const kinds = new Map(
  allFields.flatMap((field) => {
    const { column, kind } = fields[field];
    return column === null ? [] : [[column, kind] as const];
  }),
);

/** How the values of a stored column are read and compared. */
export function kindOf<C extends StoredColumn>(column: C): KindOf<C> {
  return kinds.get(column) as KindOf<C>;
}
