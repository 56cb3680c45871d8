import type { Convention } from '../convention.ts';

/** Listings download of Etsy. https://help.etsy.com/hc/en-us/articles/360000343508 */
export const etsy: Convention = {
  name: 'etsy',
  grouping: 'code',
  titledRows: true,
  valueSeparator: ',',
  columns: {
    TITLE: 'title',
    DESCRIPTION: 'description',
    PRICE: 'price',
    CURRENCY_CODE: 'currency',
    QUANTITY: 'quantity',
    TAGS: 'tags',
    'IMAGE{n}': 'image',
    SKU: 'sku',
    'VARIATION {n} NAME': 'optionName',
    'VARIATION {n} VALUES': 'optionValue',
    MATERIALS: 'attribute',
    'VARIATION {n} TYPE': 'attribute',
  },
};
