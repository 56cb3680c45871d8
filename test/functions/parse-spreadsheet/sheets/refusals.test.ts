import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../../functions/parse-spreadsheet/limits.ts';
import { only, parseBytes, workbookOf } from '../spreadsheets.ts';
import { headerXml, ole, refusal, sheet, sheetXml, workbookWith } from './hostile-workbooks.ts';

describe('files of other kinds', () => {
  it.each<[string, string, string, () => Uint8Array | string | Promise<Uint8Array>]>([
    ['a workbook with a password', 'PasswordProtected', 'password', () => ole('EncryptedPackage')],
    [
      'an Apple Numbers file',
      'UnsupportedFileType',
      'Numbers',
      () => zipSync({ 'Index/Document.iwa': strToU8('x'), 'Index/Tables/DataList.iwa': strToU8('x') }),
    ],
    [
      'a binary workbook of nothing',
      'CorruptSpreadsheet',
      'damaged',
      () => zipSync({ 'xl/workbook.bin': strToU8('x') }),
    ],
    ['a Word document', 'UnsupportedFileType', 'Word', () => zipSync({ 'word/document.xml': strToU8('<x/>') })],
    ['any other zip', 'UnsupportedFileType', 'zip', () => zipSync({ 'photos/1.jpg': strToU8('x') })],
    ['an empty zip', 'UnsupportedFileType', 'zip', () => zipSync({})],
    ['HTML', 'UnsupportedFileType', 'HTML', () => '\n<!DOCTYPE html><html><table><tr><td>SKU</td></tr></table></html>'],
    ['an HTML table', 'UnsupportedFileType', 'HTML', () => '<table><tr><th>SKU</th><th>Title</th></tr></table>'],
    [
      'HTML after a comment',
      'UnsupportedFileType',
      'HTML',
      () => '\ufeff <!-- saved from shop.example --> <!-- x -->\n<table border=1><tr><td>SKU</td></tr></table>',
    ],
    ['HTML with its styles first', 'UnsupportedFileType', 'HTML', () => '<style>td{}</style><table></table>'],
    ['a web archive', 'UnsupportedFileType', 'MHTML', () => 'MIME-Version: 1.0\nContent-Type: multipart/related\n'],
    ['SYLK', 'UnsupportedFileType', '.slk', () => 'ID;PWXL;N;E\nC;Y1;X1;K"SKU"\nE\n'],
    ['XML that is a feed', 'UnsupportedFileType', 'XML', () => '<rss version="2.0"><channel></channel></rss>'],
    [
      'XML',
      'UnsupportedFileType',
      'XML',
      () => '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
    ],
    ['JSON that lists no products', 'UnsupportedFileType', 'JSON', () => '{"a":1} [2]'],
    ['a PDF', 'UnsupportedFileType', 'PDF', () => '%PDF-1.7\n'],
    ['gzip that is cut off', 'CorruptSpreadsheet', 'gzip', () => Buffer.from('1f8b0800000000000003', 'hex')],
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
    ['relationships of nothing', { 'xl/_rels/workbook.xml.rels': '<Relationships></Relationships>' }],
    ['relationships that are cut off', { 'xl/_rels/workbook.xml.rels': '<Relationships><Relationship Id="rId1"' }],
    [
      'relationships of other sheets',
      {
        'xl/_rels/workbook.xml.rels':
          '<Relationships><Relationship Id="x" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
      },
    ],
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
    [
      'character data that swallows the rest',
      { 'xl/worksheets/sheet1.xml': sheetXml(`${headerXml}<row r="3"><c r="A3"><v><![CDATA[1</v></c></row>`) },
    ],
  ])('refuses %s', async (_, parts) => {
    const refused = await refusal(await workbookWith(parts));
    expect(refused).toMatchObject({ name: 'CorruptSpreadsheet' });
    expect(refused.message).toMatch(/^[^\n]+$/);
    expect(refused.message).not.toMatch(/undefined|is not|Cannot read/);
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
