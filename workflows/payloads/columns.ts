/** What a columns.xlsx that came back says, between "Parse spreadsheet" and "Apply columns". */
import { z } from 'zod';
import { id } from './values.ts';

/** `format` of a parsed columns.xlsx, in place of a convention's name: it holds no products. */
export const columnsFormat = 'columns';

export const chosenColumnsSchema = z.object({
  /** The import whose columns they are; null where the file no longer says so. */
  importId: id.nullable(),
  /** Entity tag of the object that was imported: in a bucket without versions another may lie there by now. */
  etag: z.string().max(200).nullable(),
  /** Header → field; null: detected again, as if no mapping named it. */
  columnMapping: z.record(z.string(), z.string().nullable()),
});
export type ChosenColumns = z.infer<typeof chosenColumnsSchema>;
