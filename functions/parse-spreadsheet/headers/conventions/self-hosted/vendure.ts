import type { Convention } from '../convention.ts';

/** Import format of Vendure. https://docs.vendure.io/guides/developer-guide/importing-data/ */
export const vendure: Convention = {
  name: 'vendure',
  grouping: 'code',
  completeVariants: true,
  columns: {
    slug: 'code',
    name: 'title',
    description: 'description',
    assets: 'image',
    variantAssets: 'variantImage',
    optionGroups: 'optionName',
    optionValues: 'optionValue',
    sku: 'sku',
    price: 'price',
    stockOnHand: 'quantity',
    enabled: 'published',
    taxCategory: 'variantAttribute',
    trackInventory: 'variantAttribute',
    variantFacets: 'variantAttribute',
    facets: 'attribute',
  },
};
