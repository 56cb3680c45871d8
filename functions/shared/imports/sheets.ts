import { type ImportedSheet, importedSheetSchema } from '../../../workflows/payloads/product.ts';
import { readJsonLines } from '../aws/storage.ts';
import { workKeys } from './object-keys.ts';

/** What the sheets of an import's file speak of, in their order. */
export async function readSheets(bucket: string, importId: number): Promise<ImportedSheet[]> {
  const sheets: ImportedSheet[] = [];
  for await (const sheet of readJsonLines(bucket, workKeys.sheets(importId), importedSheetSchema)) sheets.push(sheet);
  return sheets;
}
