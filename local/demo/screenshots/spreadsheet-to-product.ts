import { desc, eq, sql } from 'drizzle-orm';
import ExcelJS from 'exceljs';
import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { Database } from '../../../functions/shared/database/database.ts';
import { productCatalog } from '../../../schema/index.ts';

type Product = typeof productCatalog.$inferSelect;
type Row = { number: number; cells: { column: string; header: string; value: string }[] };
type Picture = { name: string; width: number; height: number; kilobytes: string; source: string };

/** Of the sheet's columns: as many as the picture has room for. */
const shownColumns = ['Code', 'Title', 'Price', 'MSRP', 'Weight', 'Warranty', 'Image 1', 'Image 2'];
const shownPictures = 5;

/** A page that has a row of the spreadsheet, and below it the product and the pictures that it became. */
export async function spreadsheetToProduct(database: Database, file: string): Promise<string> {
  const [product] = await database
    .select()
    .from(productCatalog)
    .where(eq(productCatalog.status, 'active'))
    .orderBy(desc(sql`jsonb_array_length(images)`), productCatalog.code)
    .limit(1);
  if (product === undefined) throw new Error('The catalog has no product');
  const pictures = await Promise.all(product.images.slice(0, shownPictures).map(({ renditions }) => load(renditions)));
  const row = await readRow(file, product.code);
  const page = h('main', null, [h(Sheet, { row }), h(Arrow, null), h(Card, { product, pictures })]);
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><style>${style}</style></head><body>${renderToString(page)}</body></html>`;
}

async function readRow(file: string, code: string): Promise<Row> {
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.readFile(file);
  const [sheet] = workbook.worksheets;
  const headers = sheet?.getRow(1);
  for (let number = 2; number <= (sheet?.rowCount ?? 0); number += 1) {
    const row = sheet?.getRow(number);
    if (row === undefined || row.getCell(1).text !== code) continue;
    const all = Array.from({ length: headers?.cellCount ?? 0 }, (_, index) => ({
      column: headers?.getCell(index + 1).address.replace(/\d+/, '') ?? '',
      header: headers?.getCell(index + 1).text ?? '',
      value: row.getCell(index + 1).text,
    }));
    return { number, cells: all.filter(({ header }) => shownColumns.includes(header)) };
  }
  throw new Error(`${file} has no row with the code ${code}`);
}

async function load(renditions: Product['images'][number]['renditions']): Promise<Picture[]> {
  return Promise.all(
    Object.entries(renditions).map(async ([name, { url, width, height }]) => {
      const bytes = Buffer.from(await (await fetch(url)).arrayBuffer());
      const source = `data:image/webp;base64,${bytes.toString('base64')}`;
      return { name, width, height, kilobytes: (bytes.length / 1000).toFixed(1), source };
    }),
  );
}

function Sheet({ row: { number, cells } }: { row: Row }) {
  return h('table', null, [
    h('tr', null, [h('th', null), cells.map(({ column }) => h('th', null, column))]),
    h('tr', null, [h('th', null, 1), cells.map(({ header }) => h('td', { class: 'header' }, header))]),
    h('tr', null, [
      h('th', null, number),
      cells.map(({ value }) => h('td', { class: /^[\d.]+$/.test(value) ? 'number' : '' }, value)),
    ]),
  ]);
}

function Arrow() {
  return h('svg', { viewBox: '0 0 40 22', 'aria-hidden': 'true' }, h('path', { d: 'M20 1v17m-8-8 8 8 8-8' }));
}

function Card({ product, pictures }: { product: Product; pictures: Picture[][] }) {
  const facts: [string, string][] = [
    ['code', product.code],
    ['price', `${Number(product.price).toFixed(2)} ${product.currency}`],
    ['msrp', Number(product.msrp).toFixed(2)],
    ['weight_grams', `${product.weightGrams}`],
    ['attributes', JSON.stringify(product.attributes)],
    ['images', `${product.images.length} × WebP`],
  ];
  return h('section', null, [
    h('div', { class: 'product' }, [
      h('h1', null, product.title),
      h(
        'dl',
        null,
        facts.map(([name, value]) => h('div', null, [h('dt', null, name), h('dd', null, value)])),
      ),
    ]),
    h(
      'div',
      { class: 'pictures' },
      pictures.map((renditions) =>
        h('figure', null, [
          h('img', { src: renditions[0]?.source, alt: '' }),
          h(
            'figcaption',
            null,
            renditions.map(({ name, width, height, kilobytes }) =>
              h('span', null, `${name} ${width}×${height} · ${kilobytes} kB`),
            ),
          ),
        ]),
      ),
    ),
  ]);
}

const style = `
* { box-sizing: border-box; }
body { margin: 0; background: #f5f7f9; color: #1b1f24; font: 15px/1.45 system-ui, sans-serif; }
main { display: grid; gap: 10px; padding: 22px; }
table { width: 100%; border-collapse: collapse; table-layout: fixed; background: #fff; font-size: 13.5px; }
th, td { height: 27px; padding: 0 8px; border: 1px solid #c8ced5; overflow: hidden; white-space: nowrap; text-overflow: ellipsis; }
th { background: #eceff2; color: #57606a; font-weight: 400; }
th:first-child { width: 44px; }
th:nth-child(2) { width: 92px; } th:nth-child(3) { width: 220px; }
th:nth-child(4), th:nth-child(5) { width: 82px; } th:nth-child(6) { width: 86px; } th:nth-child(7) { width: 98px; }
td.header { font-weight: 600; }
td.number { text-align: right; }
svg { justify-self: center; width: 40px; height: 22px; }
path { fill: none; stroke: #0757b5; stroke-width: 3; stroke-linecap: round; stroke-linejoin: round; }
section { display: grid; grid-template-columns: 330px 1fr; gap: 26px; padding: 20px 22px; border: 1px solid #d0d7de; border-radius: 10px; background: #fff; }
h1 { margin: 0 0 12px; font-size: 21px; line-height: 1.25; }
dl { margin: 0; }
dl div { display: grid; grid-template-columns: 104px 1fr; padding: 4px 0; border-top: 1px solid #e4e8ec; }
dt { color: #57606a; font: 13px/1.6 ui-monospace, monospace; }
dd { margin: 0; overflow-wrap: anywhere; }
.pictures { display: grid; grid-template-columns: repeat(5, 1fr); gap: 14px; align-items: start; }
figure { margin: 0; }
img { display: block; width: 100%; aspect-ratio: 1; object-fit: contain; border: 1px solid #e4e8ec; border-radius: 8px; background: #f5f7f9; }
figcaption { display: grid; margin-top: 6px; color: #57606a; font-size: 11.5px; line-height: 1.5; white-space: nowrap; }
`;
