/** What `npm run verify` asks of the function verify-catalog, which alone reaches the database. */
import { z } from 'zod';
import { registeredImportSchema } from './upload.ts';
import { hash, id } from './values.ts';

/** The catalog of a supplier. */
export const verifySupplierInputSchema = z.object({ supplier: z.string().min(1) });
export const verifiedSupplierSchema = z.object({
  supplier: z.string(),
  fingerprint: z.string(),
  products: z.number().int(),
});

/** What is recorded of an import, by its id or the name of its execution. */
export const verifyImportInputSchema = z.object({ import: z.string().regex(/^[\w.-]{1,128}$/) });
export const recordedImportSchema = z.object({
  import: registeredImportSchema,
  executionArn: z.string(),
  rows: z.object({ read: z.number().int(), rejected: z.number().int() }),
  /** Distinct products that its chunks list. */
  products: z.number().int(),
});
export type RecordedImport = z.infer<typeof recordedImportSchema>;

/** Products in one question, at most: with 20 images each they are below the 6 MB of an invocation. */
export const productsPerQuestion = 2_000;

/** What became of products of its file, and of the images that they show. */
export const verifyProductsInputSchema = z.object({
  importId: id,
  supplierId: id,
  products: z.array(z.object({ code: z.string(), images: z.array(hash) })).max(productsPerQuestion),
});
export const verifiedProductsSchema = z.object({
  /** Listed by a chunk of the import. */
  recorded: z.number().int(),
  images: z.object({
    converted: z.number().int(),
    failed: z.number().int(),
    waiting: z.number().int(),
    /** Never asked for, since a newer file or an undo has spoken of the products that show them. */
    superseded: z.number().int(),
    /** In no known state. */
    lost: z.number().int(),
  }),
});
export type VerifiedProducts = z.infer<typeof verifiedProductsSchema>;

export const verifyInputSchema = z.union([
  verifySupplierInputSchema,
  verifyImportInputSchema,
  verifyProductsInputSchema,
]);
