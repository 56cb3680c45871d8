import { importedProductSchema } from '../../../workflows/payloads/product.ts';
import { readJsonLines } from '../aws/storage.ts';
import { workKeys } from './object-keys.ts';

/** A line of the file at `workKeys.rejectedCodes`. */
export const rejectedCodeSchema = importedProductSchema.pick({ code: true });

/** Codes of the products that a full feed lists in rows that were rejected or say IGNORE: they are not missing from it. */
export async function* readRejectedCodes(bucket: string, importId: number): AsyncGenerator<string> {
  for await (const { code } of readJsonLines(bucket, workKeys.rejectedCodes(importId), rejectedCodeSchema)) yield code;
}
