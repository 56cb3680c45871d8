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
