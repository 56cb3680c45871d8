/** What parse-spreadsheet makes of the rows: the lines of chunk files and of their manifest. */
import { z } from 'zod';
import { hash } from './values.ts';

const decimal = z.string().regex(/^-?\d{1,10}(\.\d{1,4})?$/);
const measure = z.string().regex(/^\d{1,11}(\.\d{1,3})?$/);
const attributes = z.record(z.string(), z.string());

export const importedVariantSchema = z.object({
  key: z.string().min(1),
  sku: z.string().nullable(),
  barcode: z.string().nullable(),
  options: z.record(z.string(), z.string()),
  price: decimal.nullable(),
  cost: decimal.nullable(),
  msrp: decimal.nullable(),
  quantity: z.number().int().nullable(),
  weightGrams: measure.nullable(),
  attributes,
});
export type ImportedVariant = z.infer<typeof importedVariantSchema>;

export const importedImageSchema = z.object({
  /** Normalised, see `normaliseImageUrl`. */
  url: z.string().min(1),
  /** First 128 bits of the SHA-256 of `url`, as a uuid. */
  urlHash: hash,
  alt: z.string().nullable(),
});
export type ImportedImage = z.infer<typeof importedImageSchema>;

/** A line of a chunk file: one product as parsed, in the database's units. */
export const importedProductSchema = z.object({
  code: z.string().min(1),
  title: z.string().min(1),
  description: z.string().nullable(),
  brand: z.string().nullable(),
  categoryPath: z.string().nullable(),
  tags: z.array(z.string()),
  price: decimal.nullable(),
  cost: decimal.nullable(),
  msrp: decimal.nullable(),
  currency: z.string().regex(/^[A-Z]{3}$/),
  weightGrams: measure.nullable(),
  lengthMm: measure.nullable(),
  widthMm: measure.nullable(),
  heightMm: measure.nullable(),
  attributes,
  active: z.boolean(),
  variants: z.array(importedVariantSchema).min(1),
  images: z.array(importedImageSchema),
  /** First 128 bits of the SHA-256 of all of the above, as a uuid. */
  contentHash: hash,
});
export type ImportedProduct = z.infer<typeof importedProductSchema>;

/** A line of the manifest: one chunk file of products. */
export const productChunkSchema = z.object({
  chunk: z.number().int().nonnegative(),
  key: z.string().min(1),
  products: z.number().int().positive(),
});
export type ProductChunk = z.infer<typeof productChunkSchema>;
