import { importedProductSchema, productChunkSchema } from '../../workflows/payloads/product.ts';
import { readJsonLines } from '../shared/aws/storage.ts';

/** Codes of all products in the chunk files that the manifest lists. Only the code of each line is looked at. */
export async function* readProductCodes(bucket: string, manifestKey: string): AsyncGenerator<string> {
  const codeSchema = importedProductSchema.pick({ code: true });
  for await (const { key } of readJsonLines(bucket, manifestKey, productChunkSchema)) {
    for await (const { code } of readJsonLines(bucket, key, codeSchema)) yield code;
  }
}
