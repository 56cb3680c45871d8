/** SheetJS over a whole file, xlsx or csv: it has no streaming reader. */
import { readFile } from 'node:fs/promises';
import { read } from '@e965/xlsx';
import { z } from 'zod';
import type { Task } from '../measure/measure.ts';

export const run: Task = async (input) => {
  const { path } = z.object({ path: z.string() }).parse(input);
  // `raw`: a csv's values stay texts, as they do with csv-parse.
  const workbook = read(await readFile(path), { dense: true, raw: true });
  const sheet = workbook.Sheets[workbook.SheetNames[0] ?? ''];
  const rows = sheet?.['!data'] ?? [];
  const cells = rows.reduce((total, row) => total + row.filter((cell) => cell?.v !== undefined).length, 0);
  return { count: rows.length - 1, details: { cells } };
};
