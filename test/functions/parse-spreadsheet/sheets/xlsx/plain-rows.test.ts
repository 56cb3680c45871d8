import fc from 'fast-check';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { readPlainRows } from '../../../../../functions/parse-spreadsheet/sheets/xlsx/plain-rows.ts';
import { parseBytes, workbookOf } from '../../spreadsheets.ts';

const strings = { get: (index: number) => ['Vase'][index] };
const formats = ['General', '0.00', 'yyyy-mm-dd'];
const sources = { strings, links: new Map<string, string>(), numberFormat: (style: number) => formats[style] };
const row = (cells: string) => `<row r="2" spans="1:9">${cells}</row>`;

describe('rows of the usual form', () => {
  it.each([
    ['a shared string', '<c r="A2" t="s"><v>0</v></c>', ['Vase']],
    ['a text with a style', '<c r="A2" s="2" t="s"><v>0</v></c>', ['Vase']],
    ['the style after the type', '<c r="A2" t="s" s="2"><v>0</v></c>', ['Vase']],
    ['numbers', '<c r="A2"><v>1.5E2</v></c><c r="B2" t="n"><v>-3</v></c>', [150, -3]],
    ['a number with a format', '<c r="A2" s="0"><v>1</v></c><c r="B2" s="1"><v>2</v></c>', [1, { n: 2, f: '0.00' }]],
    ['a boolean', '<c r="A2" t="b"><v>1</v></c>', [true]],
    ['a text in the cell', '<c r="A2" t="inlineStr"><is><t>a &amp;lt; b</t></is></c>', ['a &lt; b']],
    ['blank cells', '<c r="A2" s="2"/><c r="C2" t="str"><v>x</v></c><c r="D2" t="str"><v> </v></c>', [null, null, 'x']],
  ])('are read without exceljs: %s', (_, cells, expected) => {
    expect(readPlainRows(row(cells), sources)).toEqual([{ number: 2, cells: expected }]);
  });

  it.each([
    ['a formula', '<c r="A2"><f>1+1</f><v>2</v></c>'],
    ['a date', '<c r="A2" s="2"><v>45000</v></c>'],
    ['rich text', '<c r="A2" t="inlineStr"><is><r><t>a</t></r></is></c>'],
    ['an error', '<c r="A2" t="e"><v>#N/A</v></c>'],
    ['a numeric reference', '<c r="A2" t="str"><v>&#65;</v></c>'],
    ['an unknown reference', '<c r="A2" t="str"><v>&nbsp;</v></c>'],
    ['a control character', '<c r="A2" t="str"><v>\u0001</v></c>'],
    ['a carriage return', '<c r="A2" t="str"><v>a\r\nb</v></c>'],
    ['a text that is missing', '<c r="A2" t="s"><v>7</v></c>'],
    ['a number that is none', '<c r="A2"><v>0x10</v></c>'],
    ['a number beyond all', '<c r="A2"><v>1e999</v></c>'],
    ['cells out of order', '<c r="B2"><v>1</v></c><c r="A2"><v>2</v></c>'],
    ['too many columns', '<c r="XFD2"><v>1</v></c>'],
    ['a cell without a reference', '<c><v>1</v></c>'],
    ['a cell without an end', '<c r="A2"><v>1</v>'],
  ])('are left to exceljs where one has %s', (_, cells) => {
    expect(readPlainRows(row('<c r="A2"><v>1</v></c>') + row(cells), sources)).toBeNull();
  });

  it('are left to exceljs where the row has a style, which its cells have then', () => {
    expect(readPlainRows('<row r="2" s="2" customFormat="1"><c r="A2"><v>1</v></c></row>', sources)).toBeNull();
  });

  it('hold what exceljs reads in them', async () => {
    const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    const text = fc.string({ unit: fc.constantFrom('a', 'é', '😀', ' ', '\n', '&', '<', '>', '"', '_x000D_', '5') });
    const cell = fc.oneof(
      text.map((value) => ` t="inlineStr"><is><t xml:space="preserve">${escaped(value)}</t></is></c>`),
      text.map((value) => ` t="str"><v>${escaped(value)}</v></c>`),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => `><v>${value}</v></c>`),
      fc.integer().map((value) => ` s="1"><v>${value}</v></c>`),
      fc.boolean().map((value) => ` t="b"><v>${Number(value)}</v></c>`),
      fc.nat({ max: 5 }).map((index) => ` t="s"><v>${index}</v></c>`),
      fc.constant('/>'),
    );
    const rows = fc.array(fc.array(cell, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 5 });
    const names = ['Title', 'Price', 'Color', 'Image', 'Quantity', 'Notes'];
    const header = names.map((name, index) => `<c r="${'ABCDEF'[index]}1" t="str"><v>${name}</v></c>`).join('');
    const book = await workbookOf({ Products: [names] });
    const parse = (body: string, texts: readonly string[], comment: string) => {
      const parts = unzipSync(book);
      const items = texts.map((item) => `<si><t>${escaped(item)}</t></si>`).join('');
      parts['xl/sharedStrings.xml'] = strToU8(`<sst>${items}${comment}<si><t>last</t></si></sst>`);
      parts['xl/worksheets/sheet1.xml'] = strToU8(
        `<worksheet><sheetData><row r="1">${header}</row>${comment}${body}</sheetData></worksheet>`,
      );
      return parseBytes(zipSync(parts)).then(
        ({ products, problems, rejected }) => ({ products, problems, cells: rejected.map((one) => one.cells) }),
        (error: unknown) => String(error),
      );
    };
    await fc.assert(
      fc.asyncProperty(rows, fc.array(text, { minLength: 5, maxLength: 5 }), async (given, texts) => {
        const body = given
          .map((cells, at) => cells.map((one, index) => `<c r="${'ABCDEF'[index]}${at + 2}"${one}`).join(''))
          .map((cells, at) => `<row r="${at + 2}">${cells}</row>`)
          .join('');
        expect(await parse(body, texts, '')).toEqual(await parse(body, texts, '<!-- not plain -->'));
      }),
      { numRuns: 100 },
    );
  });
});
