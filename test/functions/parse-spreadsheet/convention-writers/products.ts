import fc from 'fast-check';
import type { Table } from '../spreadsheets.ts';

export type Product = {
  code: string;
  title: string;
  description: string | null;
  images: string[];
  variants: { sku: string | null; option: string; quantity: number; price: string; barcode: string | null }[];
};

/** Texts as they stand in cells: with quotes, separators and any script, but no control characters. */
const cellText = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
  .map((text) => `T ${text.replace(/[\p{Cc}\p{Cn}]/gu, '')}`.trim());
const code = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,12}$/);
const price = fc.integer({ min: 0, max: 9_999_999 }).map((cents) => String(cents / 100));
const barcode = fc.option(fc.stringMatching(/^\d{8,14}$/));
const images = fc.uniqueArray(
  fc.stringMatching(/^[a-z0-9_,-]{1,10}$/).map((name) => `https://cdn.example.com/${name}.jpg?v=1`),
  { maxLength: 5 },
);

/** Products that every convention can say. */
export const products: fc.Arbitrary<Product[]> = fc.uniqueArray(code, { minLength: 1, maxLength: 6 }).chain((codes) =>
  fc.tuple(
    ...codes.map((own) =>
      fc.record({
        code: fc.constant(own),
        title: cellText,
        description: fc.option(cellText.map((text) => `<p>${text} &amp; "more"</p>`)),
        images,
        variants: fc
          .array(fc.record({ quantity: fc.nat(500), price, barcode }), { minLength: 1, maxLength: 3 })
          .map((variants) =>
            variants.map((variant, index) => ({ ...variant, sku: `${own}#${index}`, option: `Size ${index}` })),
          ),
      }),
    ),
  ),
);

/** Writes products in the columns of a convention. */
export type Writer = (given: Product[]) => Table;

type Cell = Table[number][number];
/** What a column holds of a product and its variant; the first variant's row has what a product has once. */
export type ColumnWriter = (product: Product, variant: Product['variants'][number], index: number) => Cell;

/** A row for each variant. */
export const variantRows =
  (columns: Record<string, ColumnWriter>): Writer =>
  (given) => [
    Object.keys(columns),
    ...given.flatMap((product) =>
      product.variants.map((variant, index) => Object.values(columns).map((column) => column(product, variant, index))),
    ),
  ];

/** What of a product stands in its first row only. */
export const once =
  (column: ColumnWriter): ColumnWriter =>
  (product, variant, index) =>
    index === 0 ? column(product, variant, index) : null;

/** Columns that most conventions fill in the same way. */
export const said = {
  code: (product) => product.code,
  title: (product) => product.title,
  description: (product) => product.description,
  sku: (_, variant) => variant.sku,
  price: (_, variant) => variant.price,
  quantity: (_, variant) => variant.quantity,
  barcode: (_, variant) => variant.barcode,
  size: (_, variant) => variant.option,
  image: (product) => product.images[0] ?? null,
  otherImages: (product) => product.images.slice(1).join(','),
  images: (product) => product.images.join(','),
  nothing: () => null,
} as const satisfies Record<string, ColumnWriter>;

/** Columns of `header`, whose `{n}` is 1 to 5, for an image each. */
export const imageColumns = (header: string): Record<string, ColumnWriter> =>
  Object.fromEntries(
    [1, 2, 3, 4, 5].map((number) => [
      header.replace('{n}', String(number)),
      (product) => product.images[number - 1] ?? null,
    ]),
  );

/** The same text in every row. */
export const text =
  (value: string): ColumnWriter =>
  () =>
    value;
