import type { Convention } from './convention.ts';
import { dropship } from './feeds/dropship.ts';
import { googleMerchant } from './feeds/google-merchant.ts';
import { bigcommerce } from './hosted/bigcommerce.ts';
import { matrixify } from './hosted/matrixify.ts';
import { shopify } from './hosted/shopify.ts';
import { magento } from './self-hosted/magento.ts';
import { medusa } from './self-hosted/medusa.ts';
import { vendure } from './self-hosted/vendure.ts';
import { woocommerce } from './self-hosted/woocommerce.ts';
import { template } from './template.ts';

/** Of conventions with as many matching columns the earlier is taken: the own template first, then by how common they are. */
export const conventions: readonly Convention[] = [
  template,
  shopify,
  woocommerce,
  googleMerchant,
  magento,
  bigcommerce,
  matrixify,
  medusa,
  vendure,
  dropship,
];
export { template };
