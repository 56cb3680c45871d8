/**
 * Reading a supplier's spreadsheet: 8,000 products × 40 columns of xlsx, then much taller files.
 *
 * Timed: parseSpreadsheet over a local file, from opening it to the last chunk of JSON lines, in a process of its own
 * each time, cold as a Lambda's first import is. Not timed: starting Node, loading modules, downloading the file, writing
 * chunks and reports to S3, generating the file. Memory is the most that the whole process held, Node's own some 50 MB
 * in it.
 *
 * Reference: exceljs's own streaming loop over the same file with the options that the import reads with, in a process
 * of its own too, asking for every cell's value and doing nothing with it. Parsing recognises columns, checks values,
 * keeps rows (beyond 8 MiB on disk), groups, hashes and serialises products on top of it; the ratio is what that adds.
 *
 * The readers beside each other, rows/s on the same rows as xlsx and as csv, show what reading workbooks with our own
 * reader and texts with csv-parse costs: SheetJS (the npm package @e965/xlsx, which mirrors SheetJS's own releases) holds a whole file in
 * memory, the others stream.
 */
import { join } from 'node:path';
import { type Bench, type Context, expectEqual } from './bench.ts';
import { inChild, interleave, type TaskResult } from './measure/measure.ts';
import { compared, type Figure, figure } from './measure/report.ts';

export const parse: Bench = {
  name: 'parse',
  about: 'a spreadsheet to products: beside a bare exceljs loop; memory of tall files; exceljs, SheetJS, csv-parse',
  async run(context) {
    const { products, csvRows, xlsxRows, rounds } = context.sizes;
    const xlsx = await spreadsheet(context, 'catalog.xlsx', products, 'many');
    const csv = await spreadsheet(context, 'catalog.csv', products, 'many');
    const read = (task: string, path: string, rows: number) => async (round: number) => {
      context.show(`round ${round + 1} of ${rounds}: ${task}`);
      return measured(await inChild(task, { path }), task, rows);
    };
    const medians = await interleave(rounds, {
      parsed: read('parse-import', xlsx, products),
      exceljs: read('read-exceljs', xlsx, products),
      sheetjs: read('read-sheetjs', xlsx, products),
      parsedCsv: read('parse-import', csv, products),
      csvParse: read('read-csv', csv, products),
      sheetjsCsv: read('read-sheetjs', csv, products),
    });
    const { parsed, exceljs } = medians;
    const tall = [
      await tallFile(context, 'tall.csv', csvRows, parsed.peakMegabytes),
      await tallFile(context, 'tall.xlsx', xlsxRows, parsed.peakMegabytes),
    ];
    const bare = { name: 'bare exceljs loop', value: exceljs.seconds };
    const rate = (name: string, { seconds, peakMegabytes }: Result, reference: Result) => [
      compared(name, products / seconds, 'rows/s', { name: 'ours', value: products / reference.seconds }),
      compared('  peak memory', peakMegabytes, 'MB', { name: 'ours', value: reference.peakMegabytes }),
    ];
    return {
      bench: 'parse',
      figures: [
        compared('xlsx of 40 columns', parsed.seconds, 's', bare, { atMost: 1.3 }),
        figure('  peak memory', parsed.peakMegabytes, 'MB', { atMost: 300 }),
        ...tall.flat(),
        ...rate('exceljs, xlsx', exceljs, parsed),
        ...rate('SheetJS, xlsx', medians.sheetjs, parsed),
        ...rate('csv-parse, csv', medians.csvParse, medians.parsedCsv),
        ...rate('SheetJS, csv', medians.sheetjsCsv, medians.parsedCsv),
      ],
      notes: [`${products} products × 40 columns, medians of ${rounds} rounds; tall files: 12 columns, read once.`],
    };
  },
};

type Result = { seconds: number; peakMegabytes: number };

async function spreadsheet({ directory, show }: Context, name: string, rows: number, columns: 'many' | 'few') {
  show(`writing ${name} of ${rows} rows`);
  const path = join(directory, name);
  await inChild('write-spreadsheet', { path, rows, columns });
  return path;
}

/** Checks that every row was read and every product found. */
function measured({ seconds, peakMegabytes, count, details }: TaskResult, task: string, rows: number): Result {
  expectEqual(`${task}: rows`, count, rows);
  if (details.products !== undefined) expectEqual(`${task}: products`, details.products, rows);
  return { seconds, peakMegabytes };
}

async function tallFile(context: Context, name: string, rows: number, peak: number): Promise<Figure[]> {
  const path = await spreadsheet(context, name, rows, 'few');
  context.show(`parsing ${name} of ${rows} rows`);
  const { seconds, peakMegabytes } = measured(await inChild('parse-import', { path }), name, rows);
  const title = `${rows.toLocaleString('en-US')} rows of ${name.split('.')[1]}`;
  return [
    figure(title, seconds, 's'),
    compared('  peak memory', peakMegabytes, 'MB', { name: '40 columns', value: peak }, { atMost: 1.5 }),
  ];
}
