import type { Convention } from '../convention.ts';
import { googleMerchant } from './google-merchant.ts';

/** Catalog of Meta (Facebook, Instagram). https://www.facebook.com/business/help/120325381656392 */
export const meta: Convention = {
  ...googleMerchant,
  name: 'meta',
  columns: {
    ...googleMerchant.columns,
    quantity_to_sell_on_facebook: 'quantity',
    inventory: 'quantity',
    'image[{n}].url': 'image',
    'product_tags[{n}]': 'attribute',
    fb_product_category: 'category',
    rich_text_description: 'attribute',
    'video[{n}].url': 'attribute',
    'video[{n}].tag[0]': 'attribute',
    'style[{n}]': 'attribute',
    origin_country: 'attribute',
    commerce_tax_category: 'attribute',
    visibility: 'attribute',
    status: 'status',
  },
};
