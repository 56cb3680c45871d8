import type { Writer } from './products.ts';

export const googleMerchant: Writer = (given) => [
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
      `${variant.price} USD`,
      'in_stock',
      product.code,
      variant.option,
      variant.quantity,
      variant.barcode,
      null,
    ]),
  ),
];

export const dropship: Writer = (given) => [
  [
    'product_sku',
    'item_sku',
    'title',
    'description',
    'qty_avail',
    'price',
    'map',
    'drop_ship_fee',
    'upc',
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
      variant.price,
      null,
      null,
      variant.barcode,
      null,
      product.images.join('|'),
      variant.option,
    ]),
  ),
];
