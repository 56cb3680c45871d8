import type { Convention } from '../convention.ts';

/** Product export of Squarespace Commerce. https://support.squarespace.com/hc/en-us/articles/205811468 */
export const squarespace: Convention = {
  name: 'squarespace',
  grouping: 'code',
  completeVariants: true,
  columns: {
    'Product ID [Non Editable]': 'code',
    'Product ID': 'code',
    'Product URL': 'code',
    Title: 'title',
    Description: 'description',
    SKU: 'sku',
    'Option Name {n}': 'optionName',
    'Option Value {n}': 'optionValue',
    Price: 'price',
    'Sale Price': 'salePrice',
    Stock: 'quantity',
    Categories: 'category',
    Tags: 'tags',
    Weight: 'weight',
    Length: 'length',
    Width: 'width',
    Height: 'height',
    Visible: 'published',
    'Hosted Image URLs': 'image',
    'Variant ID [Non Editable]': 'variantAttribute',
    'Variant ID': 'variantAttribute',
    'On Sale': 'variantAttribute',
    'Product Type [Non Editable]': 'attribute',
    'Product Page': 'attribute',
  },
};
