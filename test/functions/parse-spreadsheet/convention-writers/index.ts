import { bigcommerce } from './bigcommerce.ts';
import { dropship, googleMerchant } from './feeds.ts';
import { magento } from './magento.ts';
import { medusa } from './medusa.ts';
import type { Writer } from './products.ts';
import { matrixify, shopify } from './shopify.ts';
import { template } from './template.ts';
import { vendure } from './vendure.ts';
import { woocommerce } from './woocommerce.ts';

/** How each convention writes the same products. */
export const writers: Record<string, Writer> = {
  template,
  shopify,
  woocommerce,
  'google-merchant': googleMerchant,
  matrixify,
  medusa,
  vendure,
  magento,
  bigcommerce,
  dropship,
};
