import type { Convention } from './convention.ts';

/**
 * Columns of shops that lists made by hand borrow: looked up last, whatever the format is, and no sign of one, so that a
 * list with a few of them is not taken for the shop's export.
 */
export const borrowed: Convention = {
  name: 'borrowed',
  grouping: 'code',
  columns: {
    'URL handle': 'code',
    item_group_id: 'code',
    'Product Code/SKU': 'sku',
    'Body (HTML)': 'description',
    'Body HTML': 'description',
    'Variant Price': 'price',
    special_price: 'salePrice',
    'Variant Compare At Price': 'msrp',
    'Cost per item': 'cost',
    'Variant Barcode': 'barcode',
    'Product UPC/EAN': 'barcode',
    'GTIN, UPC, EAN, or ISBN': 'barcode',
    'Variant Inventory Qty': 'quantity',
    'Variant Inventory Quantity': 'quantity',
    'Current Stock Level': 'quantity',
    'Current Stock': 'quantity',
    stockOnHand: 'quantity',
    qty_avail: 'quantity',
    'Variant Grams': 'weightGrams',
    'Variant Weight': 'weight',
    'Variant Weight Unit': 'weightUnit',
    'Variant Image': 'variantImage',
    'Product Image Description - {n}': 'imageAlt',
    'Attribute {n} name': 'optionName',
    'Attribute {n} value(s)': 'optionValue',
  },
};
