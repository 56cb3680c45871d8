import type { Writer } from './products.ts';

export const template: Writer = (given) => [
  [
    'Code',
    'Title',
    'Description',
    'Price',
    'SKU',
    'Quantity',
    'Barcode',
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
      variant.price,
      variant.sku,
      variant.quantity,
      variant.barcode,
      'Size',
      variant.option,
      ...(index === 0 ? product.images : []),
    ]),
  ),
];
