import { gzipSync } from 'node:zlib';
import { strToU8, zipSync } from 'fflate';
import { expect, it } from 'vitest';
import { only, parseBytes, workbookOf } from '../spreadsheets.ts';

const csv = strToU8('SKU,Title,Price\nA,Vase,5\n');
const workbook = () =>
  workbookOf({
    Products: [
      ['SKU', 'Title', 'Price'],
      ['A', 'Vase', 5],
    ],
  });

it.each<[string, () => Promise<Uint8Array> | Uint8Array]>([
  ['a csv in a gzip file', () => gzipSync(csv)],
  ['a workbook in a gzip file', async () => gzipSync(await workbook())],
  ['a csv in a zip', () => zipSync({ 'export/products.csv': csv })],
  ['a workbook in a zip', async () => zipSync({ 'products.xlsx': await workbook() })],
  [
    'a csv in a zip made on a Mac',
    () =>
      zipSync({
        'a/': new Uint8Array(),
        'a/list.csv': csv,
        '__MACOSX/a/._list.csv': strToU8('x'),
        'a/.DS_Store': strToU8('x'),
      }),
  ],
])('reads %s', async (_, pack) => {
  expect(only(await parseBytes(await pack()))).toMatchObject({ code: 'A', title: 'Vase', price: '5' });
});

/** Members of a gzip file may be joined, and making one small one is quick. */
const gzipOfLetters = (megabytes: number) => gzipSync(Buffer.alloc(megabytes * 1024 * 1024, 'a'));

it.each<[string, string, () => Promise<Uint8Array> | Uint8Array]>([
  ['two spreadsheets in a zip', 'zip archive of 2 files', () => zipSync({ 'a.csv': csv, 'b.csv': csv })],
  ['a zip in a zip', 'expected one spreadsheet', () => zipSync({ 'a.zip': zipSync({ 'a.csv': csv }) })],
  ['a zip in a zip that is called a csv', 'archive within', () => zipSync({ 'a.csv': zipSync({ 'a.csv': csv }) })],
  ['a gzip file in a gzip file', 'archive within', () => gzipSync(gzipSync(csv))],
  ['a zip in a gzip file', 'archive within', () => gzipSync(zipSync({ 'a.csv': csv }))],
  ['a gzip file that is cut off', 'damaged', () => gzipSync(csv).subarray(0, 30)],
  ['600 MB of one letter in a gzip file', 'unpacks to more', () => Buffer.concat(Array(10).fill(gzipOfLetters(60)))],
  ['a zip bomb', 'unpacks to more', () => zipSync({ 'a.csv': Buffer.alloc(64 * 1024 * 1024, 'a') })],
  ['an entry that climbs out of the directory', 'damaged', () => zipSync({ '../../a.csv': csv })],
  ['a picture in a gzip file', 'JPEG', () => gzipSync(Buffer.from('ffd8ffe000104a464946', 'hex'))],
])('refuses %s', async (_, message, pack) => {
  await expect(parseBytes(await pack())).rejects.toThrow(message);
});
