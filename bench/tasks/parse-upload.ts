/** The bundle of parse-spreadsheet, as Lambda runs it, over an upload in S3. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { functionsDirectory } from '../../infrastructure/build/build-functions.ts';
import { parsedSpreadsheetSchema } from '../../workflows/payloads/import-states.ts';
import type { Task } from '../measure/measure.ts';

export const run: Task = async (input) => {
  const bundle = pathToFileURL(resolve(functionsDirectory, 'parse-spreadsheet/index.mjs')).href;
  const { handler }: { handler(event: unknown): Promise<unknown> } = await import(bundle);
  const { products } = parsedSpreadsheetSchema.parse(await handler(input));
  return { count: products };
};
