import type { Writer } from './products.ts';

export const bigcommerce: Writer = (given) => [
  [
    'Item Type',
    'Product ID',
    'Product Name',
    'Product Code/SKU',
    'Product Description',
    'Price',
    'Current Stock Level',
    'Brand Name',
    'Product UPC/EAN',
    ...[1, 2, 3, 4, 5].map((number) => `Product Image File - ${number}`),
  ],
  ...given.flatMap((product, index) => [
    [
      'Product',
      index + 1,
      product.title,
      product.code,
      product.description,
      product.variants[0]?.price ?? null,
      null,
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
      variant.price,
      variant.quantity,
      null,
      variant.barcode,
    ]),
  ]),
];
