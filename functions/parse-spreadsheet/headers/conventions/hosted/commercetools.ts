import type { Convention } from '../convention.ts';

/** Product export of commercetools: texts have a language each. https://docs.commercetools.com/merchant-center/import-data */
export const commercetools: Convention = {
  name: 'commercetools',
  grouping: 'code',
  completeVariants: true,
  columns: {
    key: 'code',
    'slug.{language}': 'code',
    sku: 'sku',
    'name.{language}': 'title',
    'description.{language}': 'description',
    categories: 'category',
    images: 'image',
    'images.url': 'image',
    'searchKeywords.{language}': 'tags',
    inventory: 'quantity',
    availableQuantity: 'quantity',
    variantId: 'variantAttribute',
    variantKey: 'variantAttribute',
    color: 'variantAttribute',
    size: 'variantAttribute',
    productType: 'attribute',
    tax: 'attribute',
    taxCategory: 'attribute',
    'metaTitle.{language}': 'attribute',
    'metaDescription.{language}': 'attribute',
    'metaKeywords.{language}': 'attribute',
    creationDate: 'attribute',
    prices: 'attribute',
  },
};
