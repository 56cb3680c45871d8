import type { Writer } from './products.ts';

export const medusa: Writer = (given) => [
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
    'Variant Barcode',
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
      variant.barcode,
      variant.quantity,
      variant.price,
      'Size',
      variant.option,
    ]),
  ),
];
