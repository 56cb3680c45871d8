import type { Convention } from '../convention.ts';

/**
 * Product export of commercetools: texts have a language each, `prices` are those of
 * https://github.com/commercetools/sphere-node-product-csv-sync. https://docs.commercetools.com/merchant-center/import-products
 */
export const commercetools: Convention = {
  name: 'commercetools',
  grouping: 'code',
  completeVariants: true,
  columns: {
    key: 'code',
    'slug.{language}': 'code',
    sku: 'sku',
    'variants.sku': 'sku',
    'name.{language}': 'title',
    'description.{language}': 'description',
    categories: 'category',
    images: 'image',
    'images.url': 'image',
    'variants.images.url': 'image',
    'searchKeywords.{language}': 'tags',
    prices: 'centPrices',
    'variants.prices': 'centPrices',
    'variants.prices.value.centAmount': 'centPrices',
    'variants.prices.value.currencyCode': 'centCurrency',
    inventory: 'quantity',
    availableQuantity: 'quantity',
    variantId: 'variantAttribute',
    variantKey: 'variantAttribute',
    'variants.key': 'variantAttribute',
    color: 'variantAttribute',
    size: 'variantAttribute',
    productType: 'attribute',
    'productType.key': 'attribute',
    tax: 'attribute',
    taxCategory: 'attribute',
    'metaTitle.{language}': 'attribute',
    'metaDescription.{language}': 'attribute',
    'metaKeywords.{language}': 'attribute',
    creationDate: 'attribute',
  },
};
