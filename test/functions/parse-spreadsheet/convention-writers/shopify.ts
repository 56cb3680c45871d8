import type { Writer } from './products.ts';

export const shopify: Writer = (given) => [
  [
    'Handle',
    'Title',
    'Body (HTML)',
    'Option1 Name',
    'Option1 Value',
    'Variant SKU',
    'Variant Inventory Qty',
    'Variant Barcode',
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
        variant?.barcode ?? null,
        variant?.price ?? null,
        product.images[index] ?? null,
        product.images[index] === undefined ? null : index + 1,
      ];
    }),
  ),
];

export const matrixify: Writer = (given) => [
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
    'Variant Barcode',
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
      variant.barcode,
      variant.price,
      null,
      number === 0 ? product.images.join(';') : null,
      'MERGE',
    ]),
  ),
];
