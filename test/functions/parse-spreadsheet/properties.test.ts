import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { conventions } from '../../../functions/parse-spreadsheet/headers/conventions/index.ts';
import { ImportRefusedError } from '../../../workflows/errors.ts';
import type { CompleteProduct } from '../../../workflows/payloads/product.ts';
import { sayable, writers } from './convention-writers/index.ts';
import { type Product, products } from './convention-writers/products.ts';
import { parseBytes, workbookOf } from './spreadsheets.ts';

/** What of a product read every convention can say; its price is that of its first variant. */
function common({ code, title, description, price, images, variants, attributes }: CompleteProduct) {
  return {
    code,
    title,
    description,
    price,
    images: images.map(({ url }) => url),
    variants: variants.map((variant) => ({
      sku: variant.sku,
      // The only variant's options are its product's attributes.
      option: Object.entries({ ...attributes, ...variant.options }).find(([name]) => /^size(_name)?$/i.test(name))?.[1],
      quantity: variant.quantity,
      price: variant.price,
      barcode: variant.barcode,
    })),
  };
}
const expected = (given: Product[]) => given.map((product) => ({ ...product, price: product.variants[0]?.price }));

it('every convention has a writer', () => {
  expect(Object.keys(writers).sort()).toEqual(conventions.map(({ name }) => name).sort());
});

it.each(Object.entries(writers))(
  'a table of products written as %s reads back as the same products, from xlsx as from csv',
  async (format, write) => {
    await fc.assert(
      fc.asyncProperty(products, async (any) => {
        const given = sayable(format, any);
        const table = write(given);
        for (const bytes of [stringify(table), await workbookOf({ Products: table })]) {
          const { result, products: read, rejected } = await parseBytes(bytes);
          expect(rejected).toEqual([]);
          expect(result.format).toBe(format);
          expect(read.map(common)).toEqual(expected(given));
        }
      }),
      { numRuns: 15 },
    );
  },
);

/** Feeds whose `id` is a SKU, shops that list variations by SKU, and rows that are nothing without one. */
const needSkus = [
  'google-merchant',
  'meta',
  'pinterest',
  'openai',
  'google-ads',
  'magento',
  'bagisto',
  'etsy',
  'prestashop',
  'opencart',
  'odoo',
];
const withoutSkus = Object.entries(writers).filter(([format]) => !needSkus.includes(format));

it.each(withoutSkus)('variants without SKUs written as %s are told apart by their options', async (_, write) => {
  await fc.assert(
    fc.asyncProperty(products, async (given) => {
      const bare = given.map((product) => ({
        ...product,
        variants: product.variants.map((variant) => ({ ...variant, sku: null })),
      }));
      const { products: read, rejected } = await parseBytes(stringify(write(bare)));
      expect(rejected).toEqual([]);
      expect(read.map(common)).toEqual(expected(bare));
    }),
    { numRuns: 10 },
  );
});

/** Success or a named refusal; anything else fails the property. */
async function endsWell(bytes: Uint8Array): Promise<void> {
  try {
    await parseBytes(bytes);
  } catch (error) {
    if (!(error instanceof ImportRefusedError)) throw error;
  }
}

it('any bytes end in products or a named refusal', async () => {
  const magic = fc.constantFrom('', '504b0304', 'd0cf11e0a1b11ae1', 'fffe', 'feff', 'efbbbf', '3c3f786d6c');
  await fc.assert(
    fc.asyncProperty(magic, fc.uint8Array({ maxLength: 2000 }), (start, rest) =>
      endsWell(Buffer.concat([Buffer.from(start, 'hex'), rest])),
    ),
    { numRuns: 150 },
  );
});

it('any text below a header ends in products or a named refusal', async () => {
  const cell = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom(
      'A',
      '"',
      '1,5',
      '$5',
      '=HYPERLINK("x',
      '#N/A',
      'https://e.com/a b,https://',
      '\n',
      "'",
      '5 kg',
      '-',
    ),
  );
  const header = [
    'Handle',
    'Title',
    'SKU',
    'Price',
    'Weight',
    'Barcode',
    'Quantity',
    'Images',
    'Option1 Name',
    'Option1 Value',
    'Status',
    'Currency',
  ];
  const rows = fc.array(fc.array(cell, { maxLength: 13 }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(rows, fc.constantFrom(',', ';', '\t', '|'), (given, delimiter) =>
      endsWell(Buffer.from([header, ...given].map((row) => row.join(delimiter)).join('\n'))),
    ),
    // A row that names a product of which only a row without a code says anything.
    {
      numRuns: 150,
      examples: [
        [
          [
            ['1', '5'],
            ['', '', '1', '5'],
          ],
          ',',
        ],
      ],
    },
  );
});

it('a workbook with any of its bytes changed ends in products or a named refusal', async () => {
  const workbook = await workbookOf({
    Products: [
      ['SKU', 'Title', 'Price'],
      ...Array.from({ length: 20 }, (_, index) => [`S${index}`, `Vase ${index}`, index]),
    ],
  });
  const change = fc.tuple(fc.nat(workbook.length - 1), fc.nat(255));
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
      const bytes = Buffer.from(workbook);
      for (const [at, value] of changes) bytes[at] = value;
      await endsWell(bytes);
    }),
    { numRuns: 150 },
  );
});
