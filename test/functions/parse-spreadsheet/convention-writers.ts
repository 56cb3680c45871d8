import fc from 'fast-check';
import type { Table } from './spreadsheets.ts';

export type Product = {
  code: string;
  title: string;
  description: string | null;
  price: string;
  images: string[];
  variants: { sku: string; option: string; quantity: number }[];
};

/** Texts as they stand in cells: with quotes, separators and any script, but no control characters. */
const cellText = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
  .map((text) => `T ${text.replace(/[\p{Cc}\p{Cn}]/gu, '')}`.trim());
const code = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,12}$/);
const price = fc.integer({ min: 0, max: 9_999_999 }).map((cents) => String(cents / 100));
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
        price,
        images,
        variants: fc
          .array(fc.nat(500), { minLength: 1, maxLength: 3 })
          .map((quantities) =>
            quantities.map((quantity, index) => ({ sku: `${own}#${index}`, option: `Size ${index}`, quantity })),
          ),
      }),
    ),
  ),
);

/** How each convention writes the same products. */
export const writers: Record<string, (given: Product[]) => Table> = {
  template: (given) => [
    [
      'Code',
      'Title',
      'Description',
      'Price',
      'SKU',
      'Quantity',
      'Option 1 Name',
      'Option 1 Value',
      'Image 1',
      'Image 2',
      'Image 3',
      'Image 4',
      'Image 5',
    ],
    ...given.flatMap((product) =>
      product.variants.map((variant, index) => [
        product.code,
        index === 0 ? product.title : null,
        index === 0 ? product.description : null,
        product.price,
        variant.sku,
        variant.quantity,
        'Size',
        variant.option,
        ...(index === 0 ? product.images : []),
      ]),
    ),
  ],
  shopify: (given) => [
    [
      'Handle',
      'Title',
      'Body (HTML)',
      'Option1 Name',
      'Option1 Value',
      'Variant SKU',
      'Variant Inventory Qty',
      'Variant Price',
      'Image Src',
      'Image Position',
    ],
    ...given.flatMap((product) =>
      Array.from({ length: Math.max(product.variants.length, product.images.length) }, (_, index) => {
        const variant = product.variants[index];
        return [
          product.code,
          index === 0 ? product.title : null,
          index === 0 ? product.description : null,
          index === 0 ? 'Size' : null,
          variant?.option ?? null,
          variant?.sku ?? null,
          variant?.quantity ?? null,
          variant === undefined ? null : product.price,
          product.images[index] ?? null,
          product.images[index] === undefined ? null : index + 1,
        ];
      }),
    ),
  ],
  woocommerce: (given) => [
    [
      'ID',
      'Type',
      'SKU',
      'Name',
      'Published',
      'Description',
      'Stock',
      'Regular price',
      'Images',
      'Parent',
      'Attribute 1 name',
      'Attribute 1 value(s)',
    ],
    ...given.flatMap((product, index) => [
      [
        index + 1,
        'variable',
        product.code,
        product.title,
        1,
        product.description,
        null,
        null,
        product.images.join(', '),
        null,
        'Size',
        product.variants.map(({ option }) => option).join(', '),
      ],
      ...product.variants.map((variant, number) => [
        1000 + index * 10 + number,
        'variation',
        variant.sku,
        null,
        1,
        null,
        variant.quantity,
        product.price,
        null,
        number % 2 === 0 ? product.code : `id:${index + 1}`,
        'Size',
        variant.option,
      ]),
    ]),
  ],
  'google-merchant': (given) => [
    [
      'id',
      'title',
      'description',
      'image_link',
      'additional_image_link',
      'price',
      'availability',
      'item_group_id',
      'size',
      'quantity',
      'gtin',
      'link',
    ],
    ...given.flatMap((product) =>
      product.variants.map((variant) => [
        variant.sku,
        product.title,
        product.description,
        product.images[0] ?? null,
        product.images.slice(1).join(','),
        `${product.price} USD`,
        'in_stock',
        product.code,
        variant.option,
        variant.quantity,
        null,
        null,
      ]),
    ),
  ],
  matrixify: (given) => [
    [
      'ID',
      'Handle',
      'Command',
      'Title',
      'Body HTML',
      'Top Row',
      'Row #',
      'Option1 Name',
      'Option1 Value',
      'Variant SKU',
      'Variant Inventory Qty',
      'Variant Price',
      'Variant ID',
      'Image Src',
      'Image Command',
    ],
    ...given.flatMap((product, index) =>
      product.variants.map((variant, number) => [
        index,
        product.code,
        'MERGE',
        number === 0 ? product.title : null,
        number === 0 ? product.description : null,
        number === 0,
        number + 1,
        'Size',
        variant.option,
        variant.sku,
        variant.quantity,
        product.price,
        null,
        number === 0 ? product.images.join(';') : null,
        'MERGE',
      ]),
    ),
  ],
  medusa: (given) => [
    [
      'Product Handle',
      'Product Title',
      'Product Description',
      'Product Image 1',
      'Product Image 2',
      'Product Image 3',
      'Product Image 4',
      'Product Image 5',
      'Variant SKU',
      'Variant Inventory Quantity',
      'Variant Price USD',
      'Variant Option 1 Name',
      'Variant Option 1 Value',
    ],
    ...given.flatMap((product) =>
      product.variants.map((variant) => [
        product.code,
        product.title,
        product.description,
        ...Array.from({ length: 5 }, (_, index) => product.images[index] ?? null),
        variant.sku,
        variant.quantity,
        product.price,
        'Size',
        variant.option,
      ]),
    ),
  ],
  vendure: (given) => [
    [
      'name',
      'slug',
      'description',
      'assets',
      'facets',
      'optionGroups',
      'optionValues',
      'sku',
      'price',
      'taxCategory',
      'stockOnHand',
      'trackInventory',
      'variantAssets',
      'variantFacets',
    ],
    ...given.flatMap((product) =>
      product.variants.map((variant, index) => {
        const first = <T>(value: T) => (index === 0 ? value : null);
        return [
          first(product.title),
          first(product.code),
          first(product.description),
          first(product.images.join('|')),
          null,
          first('Size'),
          variant.option,
          variant.sku,
          product.price,
          'standard',
          variant.quantity,
          false,
          null,
          null,
        ];
      }),
    ),
  ],
  magento: (given) => [
    [
      'sku',
      'product_type',
      'name',
      'description',
      'price',
      'qty',
      'base_image',
      'additional_images',
      'configurable_variations',
      'url_key',
      'small_image',
      'additional_attributes',
    ],
    ...given.flatMap((product) => [
      ...product.variants.map((variant) => [
        variant.sku,
        'simple',
        'one of them',
        null,
        product.price,
        variant.quantity,
        null,
        null,
        null,
        null,
        null,
        null,
      ]),
      [
        product.code,
        'configurable',
        product.title,
        product.description,
        null,
        null,
        product.images[0] ?? null,
        product.images.slice(1).join(','),
        product.variants.map(({ sku, option }) => `sku=${sku},Size=${option}`).join('|'),
        null,
        null,
        null,
      ],
    ]),
  ],
  bigcommerce: (given) => [
    [
      'Item Type',
      'Product ID',
      'Product Name',
      'Product Code/SKU',
      'Product Description',
      'Price',
      'Current Stock Level',
      'Brand Name',
      ...[1, 2, 3, 4, 5].map((number) => `Product Image File - ${number}`),
    ],
    ...given.flatMap((product, index) => [
      [
        'Product',
        index + 1,
        product.title,
        product.code,
        product.description,
        product.price,
        null,
        null,
        ...product.images,
      ],
      ...product.variants.map((variant) => [
        '  SKU',
        null,
        `[S]Size=${variant.option}`,
        variant.sku,
        null,
        null,
        variant.quantity,
        null,
      ]),
    ]),
  ],
  dropship: (given) => [
    [
      'product_sku',
      'item_sku',
      'title',
      'description',
      'qty_avail',
      'price',
      'map',
      'drop_ship_fee',
      'ship_cost',
      'additional_images',
      'size',
    ],
    ...given.flatMap((product) =>
      product.variants.map((variant) => [
        product.code,
        variant.sku,
        product.title,
        product.description,
        variant.quantity,
        product.price,
        null,
        null,
        null,
        product.images.join('|'),
        variant.option,
      ]),
    ),
  ],
};
