/** Writes a supplier's file in the import's own template: `rows` products of one row each, as .xlsx or .csv. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { stringify } from 'csv-stringify';
import ExcelJS from 'exceljs';
import { z } from 'zod';
import { seededRandom } from '../../local/demo/sample/random.ts';
import type { Task } from '../measure/measure.ts';

const inputSchema = z.object({ path: z.string(), rows: z.number(), columns: z.enum(['many', 'few']) });

type Cell = string | number;
type Columns = { headers: string[]; row(index: number): Cell[] };

export const run: Task = async (input) => {
  const { path, rows, columns } = inputSchema.parse(input);
  const { headers, row } = columns === 'many' ? manyColumns() : fewColumns();
  if (path.endsWith('.xlsx')) await writeXlsx(path, rows, headers, row);
  else await writeCsv(path, rows, headers, row);
  return { count: rows };
};

const materials = ['Oak', 'Walnut', 'Linen', 'Steel', 'Ceramic', 'Rattan', 'Marble'] as const;
const code = (index: number) => `BENCH-${String(index).padStart(7, '0')}`;
const imageUrl = (index: number, position: number) => `https://cdn.bench.example/catalog/2026/${index}/${position}.jpg`;

/** 40 columns: 16 of the template, ten images, 14 attributes. */
function manyColumns(): Columns {
  const random = seededRandom(1, 'many columns');
  const attributes = Array.from({ length: 14 }, (_, position) => `Specification ${position + 1}`);
  return {
    headers: [
      ...['Code', 'Title', 'Description', 'Brand', 'Category', 'Tags', 'Price', 'Cost', 'MSRP', 'Currency', 'Weight'],
      ...['SKU', 'Barcode', 'Quantity', 'Status', 'Vendor Notes'],
      ...Array.from({ length: 10 }, (_, position) => `Image ${position + 1}`),
      ...attributes,
    ],
    row(index) {
      const material = random.pick(materials);
      const price = random.integer(900, 90_000) / 100;
      return [
        code(index),
        `${material} chair number ${index}`,
        `<p>${`A chair of ${material.toLowerCase()}, made to last. `.repeat(random.integer(2, 8))}</p>`,
        random.pick(['Northwind', 'Fabrikam', 'Contoso']),
        'Home > Chairs',
        `${material.toLowerCase()}, home`,
        price,
        Math.round(price * 55) / 100,
        `$${(price * 1.4).toFixed(2)}`,
        'USD',
        `${random.integer(2, 400) / 10} lb`,
        `${code(index)}-S`,
        `0${random.integer(10_000_000, 99_999_999)}${random.integer(100, 999)}`,
        random.integer(0, 500),
        'active',
        `Ships in ${random.integer(1, 9)} days`,
        ...Array.from({ length: 10 }, (_, position) => imageUrl(index, position)),
        ...attributes.map((_, position) => (position % 2 ? random.integer(1, 10_000) : `${material} ${position}`)),
      ];
    },
  };
}

/** 12 columns, as tall files have them. */
function fewColumns(): Columns {
  const random = seededRandom(1, 'few columns');
  return {
    headers: [
      ...['Code', 'Title', 'Description', 'Brand', 'Category', 'Price', 'SKU', 'Barcode', 'Quantity'],
      ...['Image 1', 'Image 2', 'Color'],
    ],
    row(index) {
      const material = random.pick(materials);
      return [
        code(index),
        `${material} chair number ${index}`,
        `A chair of ${material.toLowerCase()}, made to last, number ${index} of its kind.`,
        random.pick(['Northwind', 'Fabrikam', 'Contoso']),
        'Home > Chairs',
        random.integer(900, 90_000) / 100,
        `${code(index)}-S`,
        `0${random.integer(10_000_000, 99_999_999)}${random.integer(100, 999)}`,
        random.integer(0, 500),
        imageUrl(index, 0),
        imageUrl(index, 1),
        random.pick(['red', 'blue', 'green']),
      ];
    },
  };
}

/** With shared strings, as Excel and most exports have them. */
async function writeXlsx(path: string, rows: number, headers: string[], row: (index: number) => Cell[]) {
  const workbook = new ExcelJS.stream.xlsx.WorkbookWriter({ filename: path, useStyles: false, useSharedStrings: true });
  const sheet = workbook.addWorksheet('Products');
  sheet.addRow(headers).commit();
  for (let index = 0; index < rows; index += 1) sheet.addRow(row(index)).commit();
  sheet.commit();
  await workbook.commit();
}

async function writeCsv(path: string, rows: number, headers: string[], row: (index: number) => Cell[]) {
  const lines = stringify();
  const file = lines.pipe(createWriteStream(path));
  lines.write(headers);
  for (let index = 0; index < rows; index += 1) {
    if (!lines.write(row(index))) await once(lines, 'drain');
  }
  lines.end();
  await once(file, 'finish');
}
