import type { Convention } from '../convention.ts';

/** Dynamic remarketing feed of Google Ads. https://support.google.com/google-ads/answer/6053288 */
export const googleAds: Convention = {
  name: 'google-ads',
  grouping: 'code',
  completeVariants: true,
  titledRows: true,
  columns: {
    ID: 'sku',
    'Item title': 'title',
    'Item description': 'description',
    'Item subtitle': 'description',
    'Image URL': 'image',
    'Item category': 'category',
    Price: 'price',
    'Sale price': 'salePrice',
    ID2: 'attribute',
    'Final URL': 'attribute',
    'Final mobile URL': 'attribute',
    'Tracking template': 'attribute',
    'Custom parameter': 'attribute',
    'Contextual keywords': 'attribute',
    'Item address': 'attribute',
    'Formatted price': 'attribute',
    'Formatted sale price': 'attribute',
    'Android app link': 'attribute',
    'iOS app link': 'attribute',
    'iOS app store ID': 'attribute',
    'Similar IDs': 'attribute',
  },
};
