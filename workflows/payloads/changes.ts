/** What an import changed: the lines of the files at `workKeys.changes`, which an undo reads. */
import { z } from 'zod';
import { id } from './values.ts';

/** One value of a product or variant that became another. */
export const fieldChangeSchema = z.object({
  /** Null where it is the product's own. */
  sku: z.string().nullable(),
  /** The field's label, see schema/fields. */
  field: z.string(),
  /** Which of several: the name of an attribute or option. */
  name: z.string().nullable(),
  before: z.string().nullable(),
  after: z.string().nullable(),
});
export type FieldChange = z.infer<typeof fieldChangeSchema>;

/** A row as JSON, under Drizzle's names; a column that the table has grown since is missing and stays as it is. */
const rowSchema = z.record(z.string(), z.unknown());

export const imageLinkSchema = z.object({ imageId: id, altText: z.string().nullable() });

/** Who changed a product last: how an undo tells that it is as the import left it. */
export const changeMarkSchema = z.object({ lastImportId: id, unmadeBy: id.nullable() });
export type ChangeMark = z.infer<typeof changeMarkSchema>;

export const changeSchema = z.object({
  productId: id,
  code: z.string(),
  /** Null: the import created the product. */
  before: z
    .object({
      mark: changeMarkSchema,
      product: rowSchema,
      /** All of them; absent where only the product's own row was changed. */
      variants: z.array(rowSchema).optional(),
      /** In their order. */
      images: z.array(imageLinkSchema).optional(),
    })
    .nullable(),
  after: changeMarkSchema,
  fields: z.array(fieldChangeSchema),
});
export type Change = z.infer<typeof changeSchema>;
