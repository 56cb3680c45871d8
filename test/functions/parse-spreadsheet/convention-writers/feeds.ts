import { said, text, variantRows, type Writer } from './products.ts';

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

const shared = {
  title: said.title,
  description: said.description,
  link: said.nothing,
  brand: said.nothing,
  condition: text('new'),
  availability: text('in_stock'),
  size: said.size,
  gtin: said.barcode,
};

export const meta = variantRows({
  id: said.sku,
  ...shared,
  image_link: said.image,
  additional_image_link: said.otherImages,
  price: (_, variant) => `${variant.price} USD`,
  item_group_id: said.code,
  fb_product_category: said.nothing,
  quantity_to_sell_on_facebook: said.quantity,
  'video[0].url': said.nothing,
});

export const pinterest = variantRows({
  id: said.sku,
  ...shared,
  image_link: said.image,
  additional_image_link: said.otherImages,
  price: (_, variant) => `${variant.price} USD`,
  item_group_id: said.code,
  free_shipping_label: said.nothing,
  ad_link: said.nothing,
  average_review_rating: said.nothing,
  Quantity: said.quantity,
});

export const openai = variantRows({
  id: said.sku,
  ...shared,
  image_link: said.image,
  additional_image_link: said.otherImages,
  price: (_, variant) => `${variant.price} USD`,
  item_group_id: said.code,
  inventory_quantity: said.quantity,
  enable_search: text('true'),
  seller_name: text('Acme'),
  return_window: text('30'),
});

export const googleAds = variantRows({
  ID: said.sku,
  ID2: said.nothing,
  'Item title': said.title,
  'Item description': said.description,
  'Final URL': said.nothing,
  'Image URL': said.images,
  Price: (_, variant) => `${variant.price} USD`,
  'Contextual keywords': said.nothing,
  'Formatted price': (_, variant) => `from ${variant.price}`,
  Stock: said.quantity,
  Barcode: said.barcode,
  Size: said.size,
});

export const cj = variantRows({
  PROGRAMNAME: text('Acme'),
  CATALOGNAME: said.nothing,
  LASTUPDATED: said.nothing,
  NAME: said.title,
  DESCRIPTION: said.description,
  SKU: said.sku,
  ITEM_GROUP_ID: said.code,
  UPC: said.barcode,
  CURRENCY: text('USD'),
  PRICE: said.price,
  RETAILPRICE: said.nothing,
  BUYURL: said.nothing,
  IMAGEURL: said.images,
  STANDARDSHIPPINGCOST: text('4.99'),
  SIZE: said.size,
  QUANTITY: said.quantity,
});

export const inventorySource = variantRows({
  SKU: said.sku,
  'Parent SKU': said.code,
  Title: said.title,
  Description: said.description,
  Quantity: said.quantity,
  'Wholesale Price': said.nothing,
  'MAP Price': said.nothing,
  Price: said.price,
  UPC: said.barcode,
  'Supplier Name': text('Acme'),
  'Shipping Cost': text('4.99'),
  'Dropship Fee': text('2.00'),
  'Image URL': said.image,
  'Additional Images': said.otherImages,
  Size: said.size,
});
