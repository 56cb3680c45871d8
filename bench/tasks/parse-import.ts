/** What the function does with a downloaded file: products found, checked and gathered to chunks of JSON lines. */
import { z } from 'zod';
import { parseSpreadsheet } from '../../functions/parse-spreadsheet/parse-spreadsheet.ts';
import { ChunkWriter } from '../../functions/parse-spreadsheet/storage/chunk-writer.ts';
import type { Task } from '../measure/measure.ts';

export const run: Task = async (input) => {
  const { path } = z.object({ path: z.string() }).parse(input);
  let bytes = 0;
  const chunks = new ChunkWriter(
    (chunk) => String(chunk),
    async (_key, lines) => {
      bytes += lines.length;
    },
  );
  const options = { columnMapping: {}, currency: 'USD', locale: 'en-US' };
  const result = await parseSpreadsheet(path, options, {
    product: (_product, json) => chunks.add(json),
    problem: () => {},
    rejectedRow: () => {},
  });
  await chunks.end();
  return { count: result.rows.read, details: { products: result.products, rejected: result.rows.rejected, bytes } };
};
