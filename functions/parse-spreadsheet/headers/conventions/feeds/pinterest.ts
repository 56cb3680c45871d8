import type { Convention } from '../convention.ts';
import { googleMerchant } from './google-merchant.ts';

/** Catalog of Pinterest. https://help.pinterest.com/en/business/article/before-you-get-started-with-catalogs */
export const pinterest: Convention = {
  ...googleMerchant,
  name: 'pinterest',
  columns: {
    ...googleMerchant.columns,
    variant_names: 'variantAttribute',
    variant_values: 'variantAttribute',
    ad_link: 'variantAttribute',
    mobile_link: 'variantAttribute',
    alt_text: 'imageAlt',
    free_shipping_label: 'attribute',
    free_shipping_limit: 'attribute',
    average_review_rating: 'attribute',
    number_of_ratings: 'attribute',
    number_of_reviews: 'attribute',
    size_system: 'attribute',
    size_type: 'attribute',
    shipping_height: 'attribute',
    shipping_width: 'attribute',
  },
};
