import { strToU8, unzipSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../functions/parse-spreadsheet/limits.ts';
import { ImportRefusedError } from '../../../workflows/errors.ts';
import { only, parseBytes, workbookOf } from './spreadsheets.ts';

const sheet = {
  Products: [
    ['SKU', 'Title'],
    ['A', 'Vase'],
  ],
};
const sheetXml = (rows: string) => `<worksheet><sheetData>${rows}</sheetData></worksheet>`;
const headerXml =
  '<row r="1"><c r="A1" t="inlineStr"><is><t>SKU</t></is></c><c r="B1" t="inlineStr"><is><t>Title</t></is></c></row><row r="2"><c r="A2"><v>1</v></c><c r="B2" t="inlineStr"><is><t>Vase</t></is></c></row>';

async function workbookWith(parts: Record<string, string | Uint8Array>): Promise<Uint8Array> {
  const own = unzipSync(await workbookOf(sheet));
  for (const [name, content] of Object.entries(parts))
    own[name] = typeof content === 'string' ? strToU8(content) : content;
  return zipSync(own, { level: 6 });
}

/** Says of every entry that it is as small as it is packed, as a bomb would. */
function lyingSizes(zip: Uint8Array): Uint8Array {
  const bytes = Buffer.from(zip);
  for (let at = bytes.indexOf('PK\x01\x02'); at >= 0; at = bytes.indexOf('PK\x01\x02', at + 4))
    bytes.writeUInt32LE(bytes.readUInt32LE(at + 20), at + 24);
  for (let at = bytes.indexOf('PK\x03\x04'); at >= 0; at = bytes.indexOf('PK\x03\x04', at + 4))
    bytes.writeUInt32LE(bytes.readUInt32LE(at + 18), at + 22);
  return bytes;
}

/** A compound file as Office writes it, down to the directory entry's name. */
function ole(stream: string): Buffer {
  const bytes = Buffer.alloc(8192);
  Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(bytes);
  Buffer.from(stream, 'utf16le').copy(bytes, 4096);
  return bytes;
}

async function refusal(bytes: string | Uint8Array): Promise<{ name: string; message: string; milliseconds: number }> {
  const started = performance.now();
  const error = await parseBytes(bytes).then(
    ({ result }) => new Error(`accepted: ${JSON.stringify(result)}`),
    (refused: unknown) => refused,
  );
  if (!(error instanceof ImportRefusedError)) throw error;
  return { name: error.name, message: error.message, milliseconds: performance.now() - started };
}

describe('files of other kinds', () => {
  it.each<[string, string, string, () => Uint8Array | string | Promise<Uint8Array>]>([
    ['an old .xls', 'UnsupportedFileType', '.xls', () => ole('Workbook')],
    ['a workbook with a password', 'PasswordProtected', 'password', () => ole('EncryptedPackage')],
    [
      'an OpenDocument file',
      'UnsupportedFileType',
      '.ods',
      () =>
        zipSync({
          mimetype: strToU8('application/vnd.oasis.opendocument.spreadsheet'),
          'content.xml': strToU8('<x/>'),
        }),
    ],
    [
      'an Apple Numbers file',
      'UnsupportedFileType',
      'Numbers',
      () => zipSync({ 'Index/Document.iwa': strToU8('x'), 'Index/Tables/DataList.iwa': strToU8('x') }),
    ],
    ['a binary workbook', 'UnsupportedFileType', '.xlsb', () => zipSync({ 'xl/workbook.bin': strToU8('x') })],
    ['a Word document', 'UnsupportedFileType', 'Word', () => zipSync({ 'word/document.xml': strToU8('<x/>') })],
    ['any other zip', 'UnsupportedFileType', 'zip', () => zipSync({ 'photos/1.jpg': strToU8('x') })],
    ['an empty zip', 'UnsupportedFileType', 'zip', () => zipSync({})],
    ['HTML', 'UnsupportedFileType', 'HTML', () => '\n<!DOCTYPE html><html><table><tr><td>SKU</td></tr></table></html>'],
    ['an HTML table', 'UnsupportedFileType', 'HTML', () => '<table><tr><th>SKU</th><th>Title</th></tr></table>'],
    [
      'XML',
      'UnsupportedFileType',
      'XML',
      () => '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
    ],
    ['JSON', 'UnsupportedFileType', 'JSON', () => '[{"sku":"A"}]'],
    ['a PDF', 'UnsupportedFileType', 'PDF', () => '%PDF-1.7\n'],
    ['gzip', 'UnsupportedFileType', 'gzip', () => Buffer.from('1f8b0800000000000003', 'hex')],
    ['an image', 'UnsupportedFileType', 'PNG', () => Buffer.from('89504e470d0a1a0a0000', 'hex')],
    [
      'binary data',
      'UnsupportedFileType',
      'binary',
      () => Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7919) % 251)),
    ],
    ['zero bytes', 'EmptySpreadsheet', 'empty', () => ''],
    ['blanks alone', 'EmptySpreadsheet', 'no rows', () => '\n \n,,,\n'],
    ['a header alone', 'EmptySpreadsheet', 'header', () => 'SKU,Title\n'],
    ['text without a header', 'NoUsableHeader', 'SKU, Title', () => 'Dear Sir,\nplease find enclosed\nour list.'],
    ['numbers without a header', 'NoUsableHeader', 'header', () => '1,2,3\n4,5,6\n'],
    ['an empty workbook', 'EmptySpreadsheet', 'no rows', () => workbookOf({ Sheet1: [] })],
  ])('refuses %s as %s', async (_, name, part, bytes) => {
    const refused = await refusal(await bytes());
    expect(refused).toMatchObject({ name, message: expect.stringContaining(part) });
    expect(refused.message).toMatch(/^[^\n]+$/);
  });

  it('reads a csv called .xlsx and a workbook called .csv by what they are', async () => {
    expect(only(await parseBytes('SKU,Title\nA,Vase')).code).toBe('A');
    expect(only(await parseBytes(await workbookOf(sheet))).code).toBe('A');
  });
});

describe('damaged files', () => {
  it.each([0.1, 0.5, 0.9, 0.99])('refuses a workbook cut off at %d of its length', async (part) => {
    const bytes = await workbookOf({
      Products: [['SKU', 'Title'], ...Array.from({ length: 500 }, (_, index) => [`S${index}`, `Vase ${index * 7919}`])],
    });
    expect(await refusal(bytes.subarray(0, bytes.length * part))).toMatchObject({ name: 'CorruptSpreadsheet' });
  });

  it.each<[string, Record<string, string | Uint8Array>]>([
    ['a sheet whose XML is cut off', { 'xl/worksheets/sheet1.xml': sheetXml(headerXml).slice(0, -40) }],
    ['a sheet that is not XML', { 'xl/worksheets/sheet1.xml': 'SKU,Title' }],
    [
      'a sheet with broken tags',
      { 'xl/worksheets/sheet1.xml': sheetXml(`${headerXml}<row r="3"><c r="A3"><v>1</c></row>`) },
    ],
    [
      'an unknown shared string',
      { 'xl/worksheets/sheet1.xml': sheetXml('<row r="1"><c r="A1" t="s"><v>99999</v></c></row>') },
    ],
    ['a workbook part that is not XML', { 'xl/workbook.xml': 'hello' }],
    ['no workbook relationships', { 'xl/_rels/workbook.xml.rels': '' }],
    [
      'a column that does not exist',
      { 'xl/worksheets/sheet1.xml': sheetXml(`${headerXml}<row r="3"><c r="ZZZZ3"><v>1</v></c></row>`) },
    ],
    [
      'an external entity',
      { 'xl/worksheets/sheet1.xml': `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${sheetXml(headerXml)}` },
    ],
    [
      'a billion laughs',
      {
        'xl/sharedStrings.xml':
          '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]><sst><si><t>&b;</t></si></sst>',
      },
    ],
    [
      'an entity of the sheet',
      {
        'xl/worksheets/sheet1.xml': sheetXml(
          `${headerXml}<row r="3"><c r="A3" t="inlineStr"><is><t>&#xD800;</t></is></c></row>`,
        ),
      },
    ],
  ])('refuses %s', async (_, parts) => {
    const refused = await refusal(await workbookWith(parts));
    expect(refused).toMatchObject({ name: 'CorruptSpreadsheet' });
    expect(refused.message).toMatch(/^[^\n]+$/);
  });

  it('names the row of a quote that is never closed', async () => {
    const refused = await refusal(`SKU,Title\nA,Vase\nB,"Bowl\n${'C,Cup\n'.repeat(10)}`);
    expect(refused).toMatchObject({ name: 'CorruptSpreadsheet', message: expect.stringContaining('row 3') });
    const huge = await refusal(
      `SKU,Title\nA,"Vase\n${'x'.repeat(100)},y\n`.repeat(2) + 'z,'.repeat(limits.rowCharacters),
    );
    expect(huge.name).toMatch(/CorruptSpreadsheet|SpreadsheetTooLarge/);
  });
});

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
    expect(performance.now() - started).toBeLessThan(3000);
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
    const refused = await refusal(await workbookWith(parts));
    expect(refused.milliseconds).toBeLessThan(3000);
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
      expect(refused.milliseconds).toBeLessThan(5000);
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
    expect(refused.milliseconds).toBeLessThan(5000);
  });

  it('refuses a csv of thousands of columns and one with an endless cell', async () => {
    expect(await refusal(`SKU,Title\nA,Vase${',x'.repeat(5000)}`)).toMatchObject({ name: 'SpreadsheetTooLarge' });
    expect(await refusal(`SKU,Title\nA,${'x'.repeat(1_500_000)}`)).toMatchObject({ name: 'SpreadsheetTooLarge' });
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
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  it('refuses an entry that declares another compressed size than it has', async () => {
    const bytes = Buffer.from(await workbookOf(sheet));
    for (let at = bytes.indexOf('PK\x01\x02'); at >= 0; at = bytes.indexOf('PK\x01\x02', at + 4)) {
      bytes.writeUInt32LE(0x7fffffff, at + 20);
    }
    expect(await refusal(bytes)).toMatchObject({ name: 'CorruptSpreadsheet' });
  });
});
