import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import ExcelJS from 'exceljs';
import { conversionSettingsSchema } from '../../../functions/convert-image/conversion-settings.ts';
import { requestPath } from './cdn.ts';
import { type Random, seededRandom } from './random.ts';
import { fittedSize, type SampleImage, sampleImages } from './sample-images.ts';
import type { ExpectedOutcome } from './special-cases.ts';
import { wrongFile } from './wrong-file.ts';

const { renditions } = conversionSettingsSchema.parse({});

export type CatalogOptions = {
  seed: number;
  /** Of the CDN, without a trailing slash. */
  baseUrl: string;
  products?: number;
  /** The limit is 10, as many as the sheet has columns for. */
  imagesPerProduct?: { from: number; to: number };
  /** Distinct images; products share some. */
  images?: number;
  /** Bad rows and misbehaving images; without them everything is as it should be, for measuring. */
  faults?: boolean;
  /** Pixels of a picture's longest side at most, as the CDN has it. */
  longestSide?: number;
  /** The file that the supplier sends by mistake after the right one: what `expected` says is still of the right one. */
  wrong?: boolean;
};

export type ExpectedImage = {
  /** As fetched: normalised. */
  url: string;
  outcome: ExpectedOutcome;
  /** Pixels of the renditions, by name. */
  renditions: Record<string, { width: number; height: number }>;
};

export type Catalog = {
  xlsx: Buffer;
  expected: {
    rows: { read: number; rejected: number };
    products: number;
    imageReferences: number;
    images: ExpectedImage[];
  };
};

const imageColumns = 10;
const headers = [
  ...['Code', 'Title', 'Description', 'Brand', 'Category', 'Tags', 'Price', 'Cost', 'MSRP', 'Currency', 'Weight'],
  ...['SKU', 'Barcode', 'Quantity', 'Status', 'Warranty', 'Country of Origin'],
  ...Array.from({ length: imageColumns }, (_, index) => `Image ${index + 1}`),
];
const things = [
  'Armchair',
  'Bookshelf',
  'Table lamp',
  'Blanket',
  'Teapot',
  'Wall clock',
  'Vase',
  'Stool',
  'Mirror',
] as const;
const materials = ['Oak', 'Walnut', 'Linen', 'Steel', 'Ceramic', 'Rattan', 'Marble'] as const;

/** A supplier's catalog in the import's own template, and what must become of it. The same seed gives the same rows. */
export async function generateCatalog(options: CatalogOptions): Promise<Catalog> {
  const { seed, baseUrl, products = 60, faults = true, wrong = false } = options;
  const images = sampleImages({ ...options, count: options.images ?? 330 });
  const perProduct = options.imagesPerProduct ?? { from: 5, to: 8 };
  const random = seededRandom(seed, 'catalog');
  const rows = Array.from({ length: products }, (_, index) => {
    const shown = imagesOf(index, products, images, perProduct, random);
    return { cells: productCells(index, random), images: shown.map(({ path }) => baseUrl + path) };
  });
  const bad = faults ? badRows(baseUrl) : [];
  const used = new Set(rows.flatMap((row) => row.images));
  return {
    xlsx: await writeWorkbook([...(wrong ? wrongFile(rows, headers.indexOf('Price')) : rows), ...bad]),
    expected: {
      rows: { read: rows.length + bad.length, rejected: bad.length },
      products: rows.length,
      imageReferences: rows.reduce((total, row) => total + row.images.length, 0),
      images: images
        .filter(({ path }) => used.has(baseUrl + path))
        .map((image) => ({
          url: baseUrl + requestPath(image.path),
          outcome: image.outcome,
          renditions: Object.fromEntries(
            Object.entries(renditions).map(([name, { side }]) => [name, fittedSize(image, side)]),
          ),
        })),
    },
  };
}

/** Each product shows images of its own in turn, so that all are used, and then some that others show too. */
function imagesOf(
  index: number,
  products: number,
  images: readonly SampleImage[],
  perProduct: { from: number; to: number },
  random: Random,
): SampleImage[] {
  const own = images.slice(
    Math.floor((index * images.length) / products),
    Math.floor(((index + 1) * images.length) / products),
  );
  const wanted = random.integer(perProduct.from, perProduct.to);
  const shared = Array.from({ length: Math.max(0, wanted - own.length) }, () => random.integer(0, images.length - 1));
  const all = [...own, ...shared.flatMap((position) => images[position] ?? [])];
  return [...new Set(all)].slice(0, imageColumns);
}

function productCells(index: number, random: Random): (string | number)[] {
  const material = random.pick(materials);
  const thing = random.pick(things);
  const price = random.integer(900, 90_000) / 100;
  const code = `NW-${String(index + 1).padStart(5, '0')}`;
  return [
    code,
    `${material} ${thing.toLowerCase()} no. ${index + 1}`,
    `<p>A ${thing.toLowerCase()} of ${material.toLowerCase()}, made to last.</p>`,
    random.pick(['Northwind', 'Fabrikam', 'Contoso']),
    `Home > ${thing}s`,
    `${material.toLowerCase()}, home`,
    price,
    Math.round(price * 55) / 100,
    `$${(price * 1.4).toFixed(2)}`,
    'USD',
    `${random.integer(2, 400) / 10} lb`,
    `${code}-${random.integer(100, 999)}`,
    // Text, as its leading zero shows.
    `0${random.integer(10_000_000, 99_999_999)}${random.integer(100, 999)}`,
    random.integer(0, 500),
    'active',
    random.pick(['2 years', '5 years', 'lifetime']),
    random.pick(['US', 'VN', 'PT']),
  ];
}

type Row = { cells: (string | number)[]; images: string[] };

/** What every supplier's file has a few of. */
function badRows(baseUrl: string): Row[] {
  const image = [`${baseUrl}/discontinued/never-asked-for.jpg`];
  return [
    { cells: ['NW-BAD-1', '', 'No title', 'Contoso', 'Home', '', 19.99], images: image },
    { cells: ['NW-BAD-2', 'Chandelier', 'No price', 'Contoso', 'Home', '', '12..50'], images: image },
    { cells: ['', 'A thing without any code', '', 'Contoso', 'Home', '', 5], images: image },
  ];
}

/** Through the streaming writer: catalogs of 8,000 products are written here too. */
async function writeWorkbook(rows: readonly Row[]): Promise<Buffer> {
  const stream = new PassThrough();
  const bytes = buffer(stream);
  const workbook = new ExcelJS.stream.xlsx.WorkbookWriter({ stream, useStyles: false, useSharedStrings: false });
  const sheet = workbook.addWorksheet('Products');
  sheet.addRow(headers).commit();
  for (const { cells, images } of rows) {
    const padding = Array<string>(headers.length - imageColumns - cells.length).fill('');
    sheet.addRow([...cells, ...padding, ...images]).commit();
  }
  sheet.commit();
  await workbook.commit();
  return bytes;
}
