import ExcelJS from 'exceljs';
import fc from 'fast-check';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { Cell } from '../../../../../functions/parse-spreadsheet/sheets/cells.ts';
import { type ReadSheet, sheetsOf } from './read-rows.ts';

type Written = { value: ExcelJS.CellValue; numFmt: string };
type WrittenSheet = { hidden: boolean; rows: Written[][] };

const text = fc
  .string({ unit: fc.constantFrom('a', 'Z', '5', 'é', '花', '😀', ' ', '\n', '\t', '&', '<', '>', '"', "'", ';', ']') })
  // exceljs trims texts of white space alone as it likes, and so do we.
  .map((value) => `${value}.`);
const number = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(0));
/** Whole seconds of the years that both of Excel's calendars have. */
const date = fc
  .integer({ min: Date.UTC(1905, 0) / 1000, max: Date.UTC(2100, 0) / 1000 })
  .map((seconds) => new Date(seconds * 1000));
const link = fc.webUrl({ withQueryParameters: true });
const error = fc.constantFrom('#N/A', '#REF!', '#VALUE!', '#DIV/0!').map((value) => ({ error: value }));
const cell: fc.Arbitrary<Written> = fc.oneof(
  fc.record({
    value: fc.oneof(
      text,
      number,
      fc.boolean(),
      fc.constant(null),
      error,
      fc.array(text, { minLength: 1, maxLength: 3 }).map((runs) => ({
        richText: runs.map((run, index) => (index % 2 ? { text: run, font: { bold: true } } : { text: run })),
      })),
      fc.record({ text, hyperlink: link }),
      // Of results of 0 and "", exceljs writes none.
      fc.record({
        formula: fc.constant('A1&"<b>"'),
        result: fc.oneof(text, fc.integer({ min: 1 }), fc.constant(true)),
      }),
      error.map((result) => ({ formula: '1/0', result })),
    ),
    // None with a letter of dates in it, whatever stands around that: exceljs takes it for a date's.
    numFmt: fc.constantFrom('General', '0.00', '0%', '@', '00000', '#,##0.00 [$€-407]'),
  }),
  fc.record({ value: date, numFmt: fc.constantFrom('yyyy-mm-dd', 'dd/mm/yyyy hh:mm', 'mm-dd-yy') }),
);
const sheets = fc.array(
  fc.record({ hidden: fc.boolean(), rows: fc.array(fc.array(cell, { maxLength: 5 }), { maxLength: 6 }) }),
  { minLength: 1, maxLength: 3 },
);

async function write(written: WrittenSheet[], date1904: boolean): Promise<Buffer> {
  const workbook = new ExcelJS.Workbook();
  workbook.properties.date1904 = date1904;
  for (const [index, { hidden, rows }] of written.entries()) {
    const sheet = workbook.addWorksheet(`Sheet <${index}> & more`, { state: hidden ? 'hidden' : 'visible' });
    for (const [row, cells] of rows.entries()) {
      for (const [column, { value, numFmt }] of cells.entries()) {
        const target = sheet.getCell(row + 1, column + 1);
        target.value = value;
        target.numFmt = numFmt;
      }
    }
  }
  return Buffer.from(await workbook.xlsx.writeBuffer());
}

/** What exceljs, which holds the whole workbook in memory for it, reads. */
async function readByExceljs(bytes: Buffer): Promise<ReadSheet[]> {
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.load(Uint8Array.from(bytes).buffer);
  return workbook.worksheets.map((sheet) => {
    const rows: ReadSheet['rows'] = [];
    sheet.eachRow((row, number) => {
      const cells: (Cell | null)[] = [];
      row.eachCell((excelCell, column) => {
        const read = cellOf(excelCell.value, excelCell.numFmt);
        if (read === null) return;
        while (cells.length < column - 1) cells.push(null);
        cells.push(read);
      });
      if (cells.length > 0) rows.push({ number, cells });
    });
    return { name: sheet.name, hidden: sheet.state !== 'visible', rows };
  });
}

function cellOf(value: ExcelJS.CellValue, numFmt: string | undefined): Cell | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return numFmt === undefined || numFmt === 'General' ? value : { n: value, f: numFmt };
  if (value instanceof Date) {
    const iso = new Date(Math.round(value.getTime() / 1000) * 1000).toISOString();
    return { d: iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : iso.slice(0, 19), f: numFmt ?? '' };
  }
  if ('error' in value) return { e: value.error };
  if ('richText' in value) return value.richText.map((run) => run.text).join('');
  if ('hyperlink' in value) return { t: value.text, l: value.hyperlink };
  if ('result' in value) return cellOf(value.result, numFmt);
  throw new Error(`A cell that this test does not write: ${JSON.stringify(value)}`);
}

/** Other ways to write the same XML, each as some program does. */
const variants: Record<string, (xml: string) => string> = {
  'with a prefix': (xml) =>
    xml
      .replace(/<(\/?)(?=[a-z])/gi, '<$1x:')
      .replace(
        'xmlns="http://schemas.openxmlformats.org/spreadsheetml',
        'xmlns:x="http://schemas.openxmlformats.org/spreadsheetml',
      ),
  'with CDATA': (xml) => xml.replace(/(<[tv](?: [^>]*)?>)([^<&\]]+)(?=<)/g, '$1<![CDATA[$2]]>'),
  'with numeric references': (xml) =>
    xml
      .replaceAll('&amp;', '&#38;')
      .replaceAll('&lt;', '&#x3c;')
      .replace(/(?<=<[tv](?: [^>]*)?>[^<]*)[5Zé]/g, (character) => `&#${character.codePointAt(0)};`),
  'with comments': (xml) => xml.replace(/<(?=c |row|si|is|v|\/v|\/t>)/g, '<!-- <c r="A1"> --><'),
  'with single quotes and white space': (xml) =>
    xml.replace(/(?<=<(?:c|row) [^<>]*)="([^"']*)"/g, "='$1' \n").replaceAll('</c>', '</c >\n'),
  'with empty elements spelled out': (xml) => xml.replace(/<(c|row|si|t)((?: [^<>]*[^/<>])?)\/>/g, '<$1$2></$1>'),
};

describe('a workbook', () => {
  it('is read as exceljs reads what it writes', async () => {
    await fc.assert(
      fc.asyncProperty(sheets, fc.boolean(), async (written, date1904) => {
        const bytes = await write(written, date1904);
        expect(await sheetsOf(bytes)).toEqual(await readByExceljs(bytes));
      }),
      { numRuns: 100 },
    );
  });

  it.each(Object.entries(variants))('is read the same %s', async (_, rewrite) => {
    await fc.assert(
      fc.asyncProperty(sheets, async (written) => {
        const bytes = await write(written, false);
        const parts: Record<string, Uint8Array> = unzipSync(bytes);
        for (const [path, content] of Object.entries(parts)) {
          if (/^xl\/(worksheets\/sheet\d+|sharedStrings)\.xml$/.test(path))
            parts[path] = strToU8(rewrite(strFromU8(content)));
        }
        expect(await sheetsOf(zipSync(parts))).toEqual(await sheetsOf(bytes));
      }),
      { numRuns: 30 },
    );
  });
});
