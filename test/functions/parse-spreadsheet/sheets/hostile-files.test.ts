import { describe, expect, it } from 'vitest';
import { columnLetters } from '../../../../functions/parse-spreadsheet/sheets/column-letters.ts';
import { ImportRefusedError } from '../../../../workflows/errors.ts';
import { parseBytes, workbookOf } from '../spreadsheets.ts';
import { headerXml, lyingSizes, refusal, sheet, sheetXml, workbookWith } from './hostile-workbooks.ts';

describe('texts that keep patterns busy', () => {
  const long = 500_000;
  it.each<[string, string]>([
    ['spaces in a price', `SKU,Title,Price\nA,Vase,1${' '.repeat(long)}x`],
    ['digits and commas in a price', `SKU,Title,Price\nA,Vase,"${'1,'.repeat(long / 2)}"`],
    ['spaces in a quantity', `SKU,Title,Qty\nA,Vase,1${' '.repeat(long)}x`],
    ['numbers in a weight', `SKU,Title,Weight\nA,Vase,${'1kg '.repeat(long / 4)}x`],
    ['spaces in an image list', `SKU,Title,Image\nA,Vase,https://e.com/${' '.repeat(long)}x`],
    ['commas in an image list', `SKU,Title,Image\nA,Vase,"https://e.com/${','.repeat(long)}x"`],
    ['dots in an image list', `SKU,Title,Image\nA,Vase,${'a.'.repeat(long / 2)}`],
    ['a header of brackets', `SKU,Title,${'('.repeat(long)}\nA,Vase,x`],
    ['a header of image words', `SKU,Title,${'imageurl'.repeat(long / 8)}x\nA,Vase,x`],
    ['a formula of quotes', `SKU,Title\nA,=HYPERLINK(${'"'.repeat(long)}`],
    [
      'options without an end',
      `Item Type,Product Name,Product Code/SKU,Options\nProduct,Vase,A,${'Name='.repeat(long / 5)}`,
    ],
  ])('reads %s in no time', async (_, text) => {
    const started = performance.now();
    await parseBytes(text);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it.each<[string, Record<string, string>]>([
    [
      'number formats of brackets',
      {
        'xl/styles.xml': `<styleSheet><numFmts count="1"><numFmt numFmtId="170" formatCode="${'['.repeat(long)}"/></numFmts><cellXfs count="1"><xf numFmtId="170"/></cellXfs></styleSheet>`,
      },
    ],
    [
      'character data without an end',
      {
        'xl/worksheets/sheet1.xml': sheetXml(
          `${headerXml}<row r="3"><c r="A3"><v>${'<![CDATA['.repeat(long / 9)}</v></c></row>`,
        ),
      },
    ],
    [
      'phonetic runs without an end',
      {
        'xl/worksheets/sheet1.xml': sheetXml(
          `${headerXml}<row r="3"><c r="A3"><is>${'<rPh>'.repeat(long / 5)}</is></c></row>`,
        ),
      },
    ],
    [
      'inline texts without an end',
      {
        'xl/worksheets/sheet1.xml': sheetXml(
          `${headerXml}<row r="3"><c r="A3"><r>${'<is>'.repeat(long / 4)}</r></c></row>`,
        ),
      },
    ],
  ])('ends with %s in no time', async (_, parts) => {
    const bytes = await workbookWith(parts);
    const started = performance.now();
    await parseBytes(bytes).catch((error: unknown) => expect(error).toBeInstanceOf(ImportRefusedError));
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

describe('files that unpack to too much', () => {
  it('refuses a sheet of zeros in seconds, whatever size it declares', async () => {
    const zeros = Buffer.alloc(200 * 1024 * 1024, 0x20);
    const bomb = await workbookWith({ 'xl/worksheets/sheet1.xml': zeros });
    expect(bomb.length).toBeLessThan(1024 * 1024);
    for (const bytes of [bomb, lyingSizes(bomb)]) {
      const refused = await refusal(bytes);
      expect(refused.name).toMatch(/SpreadsheetTooLarge|CorruptSpreadsheet/);
      expect(refused.milliseconds).toBeLessThan(15_000);
    }
  });

  it.each<[string, () => Promise<Uint8Array>]>([
    [
      'shared strings of one letter',
      async () => workbookWith({ 'xl/sharedStrings.xml': `<sst><si><t>${'a'.repeat(80_000_000)}</t></si></sst>` }),
    ],
    [
      'a cell of millions of characters',
      async () =>
        workbookWith({
          'xl/worksheets/sheet1.xml': sheetXml(
            `${headerXml}<row r="3"><c r="A3" t="inlineStr"><is><t>${'ab'.repeat(3_000_000)}</t></is></c></row>`,
          ),
        }),
    ],
    [
      'a cell over the limit',
      async () =>
        workbookWith({
          'xl/worksheets/sheet1.xml': sheetXml(
            `${headerXml}<row r="3"><c r="A3" t="inlineStr"><is><t>${'ab'.repeat(600_000)}</t></is></c></row>`,
          ),
        }),
    ],
    [
      'a row that names one long text a thousand times',
      async () =>
        workbookWith({
          'xl/sharedStrings.xml': `<sst><si><t>${'ab'.repeat(400_000)}</t></si></sst>`,
          'xl/worksheets/sheet1.xml': sheetXml(
            `${headerXml}<row r="3">${Array.from({ length: 1000 }, (_, index) => `<c r="${columnLetters(index)}3" t="s"><v>0</v></c>`).join('')}</row>`,
          ),
        }),
    ],
    [
      'rows above the header that do',
      async () =>
        workbookWith({
          'xl/sharedStrings.xml': `<sst><si><t>${'ab'.repeat(400_000)}</t></si></sst>`,
          'xl/worksheets/sheet1.xml': sheetXml(
            `<row>${'<c t="s"><v>0</v></c>'.repeat(40)}</row>`.repeat(20) + headerXml,
          ),
        }),
    ],
    [
      'a value in the last column',
      async () =>
        workbookWith({ 'xl/worksheets/sheet1.xml': sheetXml(`${headerXml}<row r="3"><c r="XFD3"><v>1</v></c></row>`) }),
    ],
    [
      'a row of attributes',
      async () =>
        workbookWith({
          'xl/worksheets/sheet1.xml': sheetXml(
            `${headerXml}<row r="3" x="${'a'.repeat(8_000_000)}"><c r="A3"><v>1</v></c></row>`,
          ),
        }),
    ],
    [
      'thousands of entries',
      async () =>
        workbookWith(Object.fromEntries(Array.from({ length: 6000 }, (_, index) => [`xl/media/${index}.png`, 'x']))),
    ],
    [
      'a styles part of megabytes',
      async () => workbookWith({ 'xl/styles.xml': `<styleSheet>${'<!-- x -->'.repeat(2_000_000)}</styleSheet>` }),
    ],
  ])('refuses %s', async (_, bytes) => {
    const refused = await refusal(await bytes());
    expect(refused).toMatchObject({ name: 'SpreadsheetTooLarge' });
    expect(refused.milliseconds).toBeLessThan(15_000);
  });

  it('refuses a csv of thousands of columns and one with an endless cell', async () => {
    expect(await refusal(`SKU,Title\nA,Vase${',x'.repeat(5000)}`)).toMatchObject({ name: 'SpreadsheetTooLarge' });
    expect(await refusal(`SKU,Title\nA,${'x'.repeat(1_500_000)}`)).toMatchObject({ name: 'SpreadsheetTooLarge' });
  });

  it('rejects a product with more text than memory has room for, and not the others', async () => {
    const rows = Array.from({ length: 80 }, (_, index) => `A,${String(index).repeat(450_000)}`);
    const { products, problems, result } = await parseBytes(['SKU,Title', 'B,Bowl', ...rows].join('\n'));
    expect(products.map(({ code }) => code)).toEqual(['B']);
    expect(problems).toMatchObject([{ code: 'too_many_rows', row: 3 }]);
    expect(result.rows).toMatchObject({ read: 81, rejected: 80 });
  });

  it('reads past a million blank rows with formats in seconds', async () => {
    const blank = Array.from(
      { length: 1_000_000 },
      (_, index) =>
        `<row r="${index + 3}" s="1" customFormat="1"><c r="A${index + 3}" s="1"/><c r="B${index + 3}" s="1"></c></row>`,
    ).join('');
    const last =
      '<row r="1000003"><c r="A1000003"><v>2</v></c><c r="B1000003" t="inlineStr"><is><t>Bowl</t></is></c></row>';
    const bytes = await workbookWith({ 'xl/worksheets/sheet1.xml': sheetXml(headerXml + blank + last) });
    const started = performance.now();
    const { products } = await parseBytes(bytes);
    expect(products.map(({ code }) => code)).toEqual(['1', '2']);
    expect(performance.now() - started).toBeLessThan(30_000);
  });

  it('refuses an entry that declares another compressed size than it has', async () => {
    const bytes = Buffer.from(await workbookOf(sheet));
    for (let at = bytes.indexOf('PK\x01\x02'); at >= 0; at = bytes.indexOf('PK\x01\x02', at + 4)) {
      bytes.writeUInt32LE(0x7fffffff, at + 20);
    }
    expect(await refusal(bytes)).toMatchObject({ name: 'CorruptSpreadsheet' });
  });
});
