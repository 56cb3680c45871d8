/** exceljs's own streaming loop, with the options that the import parses with; every cell's value is asked for. */
import ExcelJS from 'exceljs';
import { z } from 'zod';
import type { Task } from '../measure/measure.ts';

export const run: Task = async (input) => {
  const { path } = z.object({ path: z.string() }).parse(input);
  const workbook = new ExcelJS.stream.xlsx.WorkbookReader(path, {
    worksheets: 'emit',
    sharedStrings: 'cache',
    styles: 'cache',
    hyperlinks: 'ignore',
    entries: 'ignore',
  });
  let rows = 0;
  let cells = 0;
  for await (const sheet of workbook) {
    for await (const row of sheet) {
      rows += 1;
      row.eachCell((cell) => {
        if (cell.value !== null) cells += 1;
      });
    }
  }
  return { count: rows - 1, details: { cells } };
};
