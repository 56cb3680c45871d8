import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ImportRefusedError } from '../../../workflows/errors.ts';
import { type Product, products, writers } from './convention-writers.ts';
import { parseBytes, workbookOf } from './spreadsheets.ts';

/** What of a product every convention can say. */
function common({ code: own, title, description, price: amount, images: urls, variants }: Product) {
  return { code: own, title, description, price: amount, images: urls, variants };
}

it.each(Object.entries(writers))(
  'a table of products written as %s reads back as the same products, from xlsx as from csv',
  async (format, write) => {
    await fc.assert(
      fc.asyncProperty(products, async (given) => {
        const table = write(given);
        for (const bytes of [stringify(table), await workbookOf({ Products: table })]) {
          const { result, products: read, rejected } = await parseBytes(bytes);
          expect(rejected).toEqual([]);
          expect(result.format).toBe(format);
          const found = read.map((product) => ({
            ...product,
            images: product.images.map(({ url }) => url),
            variants: product.variants.map(({ sku, options, quantity, attributes }) => ({
              sku,
              quantity,
              option: Object.entries({ ...product.attributes, ...attributes, ...options }).find(([name]) =>
                /^size$/i.test(name),
              )?.[1],
            })),
          }));
          expect(
            found.map((product) =>
              common({
                ...product,
                price: product.price ?? '',
                variants: product.variants.map((variant) => ({
                  sku: variant.sku ?? '',
                  option: variant.option ?? '',
                  quantity: variant.quantity ?? -1,
                })),
              }),
            ),
          ).toEqual(given.map(common));
        }
      }),
      { numRuns: 15 },
    );
  },
);

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
    { numRuns: 150 },
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
