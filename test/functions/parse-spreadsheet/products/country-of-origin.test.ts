import { expect, it } from 'vitest';
import { productCatalog } from '../../../../schema/index.ts';
import { writeChunk } from '../../../support/chunks.ts';
import { createTestDatabase } from '../../../support/database.ts';
import { startImport } from '../../../support/imports.ts';
import { only, parseTable } from '../spreadsheets.ts';

it.each(['Country of Origin', 'country_of_origin', 'Made in', 'Ursprungsland', 'Pays d’origine', 'País de origen'])(
  'a column %s is the country of origin',
  async (header) => {
    const product = only(
      await parseTable([
        ['SKU', 'Title', header],
        ['S1', 'Vase', 'Portugal'],
      ]),
    );
    expect(product).toMatchObject({ countryOfOrigin: 'Portugal', attributes: {} });
  },
);

it.each([
  ['dropship', ['product_sku', 'item_sku', 'title', 'map', 'drop_ship_fee', 'qty_avail', 'Country of Origin']],
  [
    'medusa',
    [
      'Product Handle',
      'Variant SKU',
      'Product Title',
      'Variant Title',
      'Product Subtitle',
      'Variant Id',
      'Product Origin Country',
    ],
  ],
])('as it is in an export of %s', async (format, header) => {
  const parsed = await parseTable([header, ['P1', 'S1', 'Vase', null, null, null, 'PT']]);
  expect(parsed.result.format).toBe(format);
  expect(only(parsed)).toMatchObject({ countryOfOrigin: 'PT', variants: [{ countryOfOrigin: 'PT', attributes: {} }] });
});

it('a variant has its own or else its product’s, and the catalog shows both', async () => {
  const { database } = await createTestDatabase();
  const { said } = await parseTable([
    ['Code', 'Title', 'SKU', 'Country of Origin'],
    ['vase', 'Vase', 'S1', 'PT'],
    ['vase', 'Vase', 'S2', 'VN'],
    ['vase', 'Vase', 'S3', null],
  ]);
  await writeChunk(database, await startImport(database), said);
  const [product] = await database.select().from(productCatalog);
  expect(product?.countryOfOrigin).toBe('PT');
  expect(product?.variants.map(({ country_of_origin }) => country_of_origin)).toEqual(['PT', 'VN', 'PT']);
});
