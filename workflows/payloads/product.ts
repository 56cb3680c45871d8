/** What parse-spreadsheet makes of the rows: the lines of chunk files and of their manifest. */
import { z } from 'zod';
import { type KindOf, kindOf, productColumns, type StoredColumn, variantColumns } from '../../schema/fields/fields.ts';
import type { StoredKind } from '../../schema/fields/traits.ts';
import { hash } from './values.ts';

const decimal = z.string().regex(/^-?\d{1,10}(\.\d{1,4})?$/);
const measure = z.string().regex(/^\d{1,11}(\.\d{1,3})?$/);
const attributes = z.record(z.string(), z.string());

export const importedImageSchema = z.object({
  /** Normalised, see `normaliseImageUrl`. */
  url: z.string().min(1),
  /** First 128 bits of the SHA-256 of `url`, as a uuid. */
  urlHash: hash,
  /** Absent where the file has no column of alt texts. */
  alt: z.string().nullable().optional(),
});
export type ImportedImage = z.infer<typeof importedImageSchema>;

/** The values of each kind, in the database's units. */
const values = {
  title: z.string().min(1),
  text: z.string().nullable(),
  markup: z.string().nullable(),
  name: z.string().nullable(),
  identifier: z.string().nullable(),
  money: decimal.nullable(),
  weight: measure.nullable(),
  length: measure.nullable(),
  quantity: z.number().int().nullable(),
  currency: z.string().regex(/^[A-Z]{3}$/),
  offered: z.boolean(),
  tags: z.array(z.string()),
  images: z.array(importedImageSchema),
} satisfies Record<StoredKind, z.ZodType>;

type Shape<C extends StoredColumn> = { [K in C]: z.ZodOptional<(typeof values)[KindOf<K>]> };

/** What a file may say in these columns: each where the file has it, none where it has not. */
function shapeOf<C extends StoredColumn>(columns: readonly C[]): Shape<C> {
  return Object.fromEntries(columns.map((column) => [column, values[kindOf(column)].optional()])) as Shape<C>;
}

export const importedVariantSchema = z.object({
  key: z.string().min(1),
  ...shapeOf(variantColumns),
  options: z.record(z.string(), z.string()),
  attributes,
});
export type ImportedVariant = z.infer<typeof importedVariantSchema>;

/**
 * A line of a chunk file: one product as parsed, in the database's units. What is absent the file does not speak of, and
 * what is stored of it stays; what is null or empty it says is empty.
 */
export const importedProductSchema = z.object({
  code: z.string().min(1),
  ...shapeOf(productColumns),
  title: values.title,
  attributes,
  variants: z.array(importedVariantSchema).min(1),
  /** The sheets that the product's rows stand in: lines of the file of sheets, see {@link importedSheetSchema}. */
  sheets: z.array(z.number().int().nonnegative()),
  /** First 128 bits of the SHA-256 of all of the above, and of the sheets' headers, as a uuid. */
  contentHash: hash,
});
export type ImportedProduct = z.infer<typeof importedProductSchema>;

/** With a value for everything: as read from a file before what it does not speak of is left out, and as stored. */
export type CompleteVariant = Required<ImportedVariant>;
export type CompleteImage = Required<ImportedImage>;
export type CompleteProduct = Required<Omit<ImportedProduct, 'variants' | 'images'>> & {
  variants: CompleteVariant[];
  images: CompleteImage[];
};

/** A line of the file of sheets: what a sheet speaks of, besides the columns of products and variants. */
export const importedSheetSchema = z.object({
  /** Headers of all of its columns, as they are named in attributes and options. */
  headers: z.array(z.string()),
  /** Its cells name options themselves: it speaks of all of a variant's, not only of those its headers name. */
  namesOptions: z.boolean(),
});
export type ImportedSheet = z.infer<typeof importedSheetSchema>;

/** A line of the manifest: one chunk file of products. */
export const productChunkSchema = z.object({
  chunk: z.number().int().nonnegative(),
  key: z.string().min(1),
  products: z.number().int().positive(),
});
export type ProductChunk = z.infer<typeof productChunkSchema>;
