import { dirname } from 'node:path';
import { type BookType, utils, write } from '@e965/xlsx';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../../functions/parse-spreadsheet/limits.ts';
import { convertWorkbook } from '../../../../functions/parse-spreadsheet/sheets/other-workbooks/convert-workbook.ts';
import { fileOf, parseBytes } from '../spreadsheets.ts';
import { ole, refusal } from './hostile-workbooks.ts';

const table = [
  ['SKU', 'Title', 'Price', 'Barcode', 'Image 1', 'Released'],
  ['A-1', 'Vase “Ü”', 12.5, '0012345678905', 'photo', new Date('2026-03-01T00:00:00Z')],
  ['A-2', 'Bowl', 9.95, '4006381333931', 'https://e.com/2.jpg', null],
];

/** A workbook of another program than Excel 2007's, with a link, and a sheet that is hidden. */
function workbook(bookType: BookType): Uint8Array {
  const sheet = utils.aoa_to_sheet(table, { cellDates: false });
  sheet.E2.l = { Target: 'https://e.com/1.jpg' };
  const book = utils.book_new(sheet, 'Products');
  utils.book_append_sheet(book, utils.aoa_to_sheet(table), 'Old');
  utils.book_set_sheet_visibility(book, 'Old', 1);
  return new Uint8Array(write(book, { type: 'buffer', bookType }));
}

describe.each<BookType>(['biff8', 'xlsb', 'ods'])('a workbook written as %s', (bookType) => {
  it('is read as the .xlsx that it could be', async () => {
    const { products, problems } = await parseBytes(workbook(bookType));
    expect(products).toMatchObject([
      { code: 'A-1', title: 'Vase “Ü”', price: '12.5', variants: [{ barcode: '0012345678905' }] },
      { code: 'A-2', title: 'Bowl', price: '9.95', variants: [{ barcode: '4006381333931' }] },
    ]);
    expect(products.map(({ images }) => images.map(({ url }) => url))).toEqual([
      ['https://e.com/1.jpg'],
      ['https://e.com/2.jpg'],
    ]);
    expect(products[0]?.attributes.Released).toMatch(/2026-03-01/);
    // SheetJS neither writes nor reads that a sheet of an .ods is hidden.
    if (bookType !== 'ods') expect(problems).toMatchObject([{ code: 'hidden_sheet_skipped', sheet: 'Old' }]);
  });

  it.each([0.2, 0.6])('is refused where %d of it is there', async (part) => {
    const bytes = workbook(bookType);
    const refused = await refusal(bytes.subarray(0, bytes.length * part));
    expect(refused.name).toMatch(/^(CorruptSpreadsheet|UnsupportedFileType|EmptySpreadsheet)$/);
    expect(refused.message).toMatch(/^[^\n]+$/);
  });

  it('in a zip is read as it is', async () => {
    const { products } = await parseBytes(
      zipSync({ [`list.${bookType === 'biff8' ? 'xls' : bookType}`]: workbook(bookType) }),
    );
    expect(products.map(({ code }) => code)).toEqual(['A-1', 'A-2']);
  });
});

it('keeps the names of sheets that Excel would not allow', async () => {
  const parts = unzipSync(workbook('ods'));
  const content = new TextDecoder().decode(parts['content.xml']);
  const name = 'Warenliste: Frühjahr und Sommer 2026 [neu]';
  const named = content.replace('table:name="Products"', `table:name="${name}"`);
  const { problems } = await parseBytes(
    zipSync({ ...parts, 'content.xml': strToU8(named.replace('A-1', '').replace('Vase “Ü”', '')) }),
  );
  expect(problems.map(({ sheet }) => sheet)).toContain(name);
});

/** An .ods whose table is this XML. */
function ods(rows: string): Uint8Array {
  const parts = unzipSync(workbook('ods'));
  const content = new TextDecoder().decode(parts['content.xml']);
  const replaced = content.replace(
    /<table:table [\s\S]*<\/table:table>/,
    `<table:table table:name="S">${rows}</table:table>`,
  );
  return zipSync({ ...parts, 'content.xml': strToU8(replaced) });
}

function withManifest(edit: (manifest: string) => string): Uint8Array {
  const parts = unzipSync(workbook('ods'));
  const manifest = new TextDecoder().decode(parts['META-INF/manifest.xml']);
  return zipSync({ ...parts, 'META-INF/manifest.xml': strToU8(edit(manifest)) });
}

const cell = (text: string, more = '') =>
  `<table:table-cell ${more} office:value-type="string"><text:p>${text}</text:p></table:table-cell>`;
const row = (cells: string, more = '') => `<table:table-row ${more}>${cells}</table:table-row>`;

describe('a hostile workbook', () => {
  it.each<[string, string, () => Uint8Array]>([
    ['an .ods that unpacks to gigabytes', 'unpacks to more', () => ods(' '.repeat(32 * 1024 * 1024))],
    [
      'one cell at the far corner',
      `more than ${limits.convertedCells} cells`,
      () =>
        ods(
          row('<table:table-cell/>', 'table:number-rows-repeated="1048570"') +
            row(`<table:table-cell table:number-columns-repeated="16000"/>${cell('x')}`),
        ),
    ],
    [
      'an .ods with a password',
      'password',
      () =>
        withManifest((manifest) =>
          manifest.replace('</manifest:manifest>', '<manifest:encryption-data/></manifest:manifest>'),
        ),
    ],
    [
      'a text document',
      'no sheets',
      () => {
        const parts = unzipSync(workbook('ods'));
        const text = '<office:document-content><office:body><office:text/></office:body></office:document-content>';
        return zipSync({ ...parts, 'content.xml': strToU8(text) });
      },
    ],
    ['an .xls that is none', 'damaged', () => ole('Workbook')],
    [
      'an .xls over the limit',
      'at most',
      () => {
        const bytes = Buffer.alloc(limits.convertedBytes + 1);
        ole('Workbook').copy(bytes);
        return bytes;
      },
    ],
  ])(
    'is refused: %s',
    async (_, message, bytes) => {
      const refused = await refusal(bytes());
      expect(refused.message).toContain(message);
      expect(refused.message).toMatch(/^[^\n]+$/);
    },
    60_000,
  );

  it.each([
    ['memory', { heapMegabytes: 64, seconds: 600 }, 'holds more than fits into memory'],
    ['time', { heapMegabytes: 4096, seconds: 2 }, 'takes more than 2 seconds to read'],
  ])(
    'of cells repeated over all rows and columns ends where its %s does',
    async (_, within, message) => {
      const repeated = cell('x', 'table:number-columns-repeated="16384"');
      const path = await fileOf(ods(row(repeated, 'table:number-rows-repeated="1048576"')));
      await expect(convertWorkbook(path, dirname(path), within)).rejects.toMatchObject({
        name: 'SpreadsheetTooLarge',
        message: expect.stringContaining(message),
      });
    },
    60_000,
  );
});
