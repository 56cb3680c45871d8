/** Runs in a thread of its own: SheetJS holds whole workbooks, and a hostile one ends the thread and no more. */
import { readFileSync, writeFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { type CellObject, read, set_cptable, type WorkBook, type WorkSheet, write } from '@e965/xlsx';
import * as codepages from '@e965/xlsx/dist/cpexcel.full.mjs';
import { columnLetters } from '../column-letters.ts';
import type { Conversion, ConversionTask } from './conversion.ts';

// Names of letters in an .xls from before Unicode.
set_cptable(codepages);

function convert(task: ConversionTask): Conversion {
  try {
    return convertFile(task);
  } catch (error) {
    return { refused: 'damaged', reason: error instanceof Error ? error.message : String(error) };
  }
}

function convertFile({ from, to, mostCells }: ConversionTask): Conversion {
  const workbook = read(readFileSync(from), { dense: true, cellNF: true, cellText: false, cellHTML: false });
  if (workbook.SheetNames.length === 0) return { refused: 'damaged', reason: 'it has no sheets' };
  const tables = workbook.SheetNames.map((name) => rowsOf(workbook.Sheets[name]));
  const cells = tables.reduce((total, rows) => total + rows.length * widthOf(rows), 0);
  if (cells > mostCells) return { refused: 'cells' };
  // Excel allows 31 characters and few signs in the name of a sheet, OpenDocument any.
  const names = tables.map((_, index) => `Sheet${index + 1}`);
  const converted: WorkBook = {
    SheetNames: names,
    Sheets: Object.fromEntries(tables.map((rows, index) => [names[index], sheetOf(rows)])),
    Workbook: {
      Sheets: names.map((_, index) => ({ Hidden: workbook.Workbook?.Sheets?.[index]?.Hidden ?? 0 })),
      WBProps: { date1904: workbook.Workbook?.WBProps?.date1904 ?? false },
    },
  };
  writeFileSync(to, write(converted, { type: 'buffer', bookType: 'xlsx', compression: true }));
  return { sheets: workbook.SheetNames };
}

/** The rows with cells, of which a sheet says that it has as many as it likes. */
function rowsOf(sheet: WorkSheet | undefined): CellObject[][] {
  const rows = sheet?.['!data'] ?? [];
  let last = rows.length;
  while (last > 0 && rows[last - 1] === undefined) last -= 1;
  return rows.slice(0, last);
}

const widthOf = (rows: CellObject[][]) => rows.reduce((widest, row) => Math.max(widest, row?.length ?? 0), 0);

function sheetOf(rows: CellObject[][]): WorkSheet {
  const end = { r: Math.max(0, rows.length - 1), c: Math.max(0, widthOf(rows) - 1) };
  return { '!data': rows, '!ref': `A1:${columnLetters(end.c)}${end.r + 1}` };
}

const task: ConversionTask = workerData;
parentPort?.postMessage(convert(task));
