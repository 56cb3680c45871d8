import { stringify } from 'csv-stringify/sync';
import { asc, sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../../functions/shared/database/database.ts';
import { productCatalog, products, productVariants } from '../../../schema/index.ts';
import { writeChunk } from '../../support/chunks.ts';
import { createTestDatabase } from '../../support/database.ts';
import { startImport } from '../../support/imports.ts';
import { parseTable, type Table } from '../parse-spreadsheet/spreadsheets.ts';

let day = 0;

/** Imports a table as a later file than those before. */
async function importTable(database: Database, table: Table, feedMode: 'partial' | 'full' = 'partial') {
  day += 1;
  const uploadedAt = new Date(Date.UTC(2026, 0, day)).toISOString();
  const started = await startImport(database, { uploadedAt, feedMode });
  const { said, sheets, rejected } = await parseTable(table, { currency: started.import.currency });
  expect(rejected, stringify(table)).toEqual([]);
  return writeChunk(database, started, said, 0, sheets);
}

async function stored(database: Database) {
  const [product] = await database.select().from(products);
  const variants = await database.select().from(productVariants).orderBy(asc(productVariants.id));
  const [{ images } = { images: [] }] = await database.select().from(productCatalog);
  const links = await database.execute<{ url: string; alt: string | null }>(
    sql`select source_url as url, alt_text as alt from product_images join images on images.id = image_id order by position`,
  );
  if (product === undefined) throw new Error('No product');
  const { id, createdAt, updatedAt, lastImportId, firstImportId, sourceUploadedAt, contentHash, ...said } = product;
  return {
    ...said,
    images: [...links],
    catalogImages: images,
    variants: variants.map(({ variantKey, sku, barcode, options, price, cost, quantity, attributes, status }) => ({
      ...{ variantKey, sku, barcode, options, price, cost, quantity, attributes, status },
    })),
  };
}

const full: Table = [
  [
    'Handle',
    'Title',
    'Description',
    'Brand',
    'Tags',
    'Option1 Name',
    'Option1 Value',
    'SKU',
    'Barcode',
    'Price',
    'Cost',
    'MSRP',
    'Weight (g)',
    'Qty',
    'Status',
    'Image 1',
    'Image 1 Alt',
    'Warranty',
  ],
  [
    'mug',
    'Mug',
    'Holds tea',
    'Acme',
    'kitchen',
    'Size',
    'S',
    'M-S',
    '0012345678905',
    10,
    4,
    20,
    300,
    5,
    'active',
    'https://cdn.example/a.jpg',
    'A mug',
    '2 years',
  ],
  ['mug', null, null, null, null, 'Size', 'L', 'M-L', '0012345678912', 12, 5, 22, 350, 6, null, null, null, null],
];

describe('a file that does not speak of a column', () => {
  it('changes the stock it is about and leaves everything else, as does its next drop', async () => {
    const { database } = await createTestDatabase();
    await importTable(database, full);
    const before = await stored(database);
    const stock = [
      ['Handle', 'Title', 'SKU', 'Qty'],
      ['mug', 'Mug', 'M-S', 50],
      ['mug', 'Mug', 'M-L', 60],
    ];
    expect(await importTable(database, stock)).toEqual({ created: 0, updated: 1, unchanged: 0 });
    const after = await stored(database);
    expect(after.variants.map(({ quantity }) => quantity)).toEqual([50, 60]);
    const leave = (product: typeof before) => ({
      ...product,
      variants: product.variants.map((variant) => ({ ...variant, quantity: null })),
    });
    expect(leave(after)).toEqual(leave(before));
    expect(await importTable(database, stock)).toEqual({ created: 0, updated: 0, unchanged: 1 });
  });

  it('writes nothing where what it says is stored already, whichever file said it', async () => {
    const { database } = await createTestDatabase();
    await importTable(database, full);
    const versions = () =>
      database.execute(sql`select xmin::text from products union all select xmin::text from product_variants`);
    const before = await versions();
    const stock = [
      ['Handle', 'Title', 'SKU', 'Qty'],
      ['mug', 'Mug', 'M-S', 5],
      ['mug', 'Mug', 'M-L', 6],
    ];
    for (const table of [stock, full, stock, full])
      expect(await importTable(database, table)).toEqual({ created: 0, updated: 0, unchanged: 1 });
    expect(await versions()).toEqual(before);
  });

  it.each([
    { column: 'Brand', of: (product: Stored) => product.brand, value: 'Acme' },
    { column: 'Description', of: (product: Stored) => product.description, value: 'Holds tea' },
    { column: 'Tags', of: (product: Stored) => product.tags, value: ['kitchen'], empty: [] },
    { column: 'Cost', of: (product: Stored) => product.variants[0]?.cost, value: '4.0000' },
    { column: 'Barcode', of: (product: Stored) => product.variants[0]?.barcode, value: '0012345678905' },
    { column: 'Weight (g)', of: (product: Stored) => product.weightGrams, value: '300.000' },
    { column: 'Warranty', of: (product: Stored) => product.attributes.Warranty, value: '2 years', empty: undefined },
    { column: 'Image 1', of: (product: Stored) => product.images.length, value: 1, empty: 0 },
    { column: 'Image 1 Alt', of: (product: Stored) => product.images[0]?.alt, value: 'A mug' },
  ])('leaves $column where the column is absent, and clears it where its cell is empty', async (field) => {
    const { column, of, value, empty = 'empty' in field ? field.empty : null } = field;
    const { database } = await createTestDatabase();
    await importTable(database, full);
    expect(of(await stored(database))).toEqual(value);
    const place = (full[0] ?? []).indexOf(column);
    await importTable(
      database,
      full.map((row) => row.filter((_, index) => index !== place)),
    );
    expect(of(await stored(database))).toEqual(value);
    await importTable(database, [full[0] ?? [], ...full.slice(1).map((row) => row.with(place, null))]);
    expect(of(await stored(database))).toEqual(empty);
  });

  it('gives a new product nothing of it, and the supplier’s currency', async () => {
    const { database } = await createTestDatabase();
    await importTable(database, [
      ['Handle', 'Title', 'SKU', 'Qty'],
      ['mug', 'Mug', 'M-S', 50],
    ]);
    expect(await stored(database)).toMatchObject({
      brand: null,
      price: null,
      tags: [],
      currency: 'USD',
      status: 'active',
      variants: [{ sku: 'M-S', quantity: 50, price: null }],
    });
  });

  it('says what it says of each variant where it tells none apart, but for the stock of all', async () => {
    const { database } = await createTestDatabase();
    await importTable(database, full);
    await importTable(database, [
      ['Handle', 'Title', 'Price', 'Qty'],
      ['mug', 'Mug', 15, 99],
    ]);
    const { variants, price } = await stored(database);
    expect(price).toBe('15.0000');
    expect(variants.map(({ variantKey, price: own, quantity, status }) => [variantKey, own, quantity, status])).toEqual(
      [
        ['M-S', '15.0000', 5, 'active'],
        ['M-L', '15.0000', 6, 'active'],
      ],
    );
  });

  it('keeps no amount in another currency than that of the amounts it brings', async () => {
    const { database } = await createTestDatabase();
    await importTable(database, full);
    await importTable(database, [
      ['Handle', 'Title', 'SKU', 'Price (EUR)'],
      ['mug', 'Mug', 'M-S', 9],
      ['mug', 'Mug', 'M-L', 11],
    ]);
    expect(await stored(database)).toMatchObject({ currency: 'EUR', price: '9.0000', cost: null, msrp: null });
  });

  it.each([
    { feedMode: 'partial', status: 'inactive' },
    { feedMode: 'full', status: 'active' },
  ] as const)(
    'and has no status leaves an inactive product $status in a $feedMode feed',
    async ({ feedMode, status }) => {
      const { database } = await createTestDatabase();
      await importTable(database, full);
      await database.update(products).set({ status: 'inactive' });
      await importTable(
        database,
        [
          ['Handle', 'Title', 'SKU', 'Qty'],
          ['mug', 'Mug', 'M-S', 1],
          ['mug', 'Mug', 'M-L', 1],
        ],
        feedMode,
      );
      expect((await stored(database)).status).toBe(status);
    },
  );
});

type Stored = Awaited<ReturnType<typeof stored>>;
