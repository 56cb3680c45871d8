import { bigcommerce } from './bigcommerce.ts';
import type { Convention } from './convention.ts';
import { dropship } from './dropship.ts';
import { googleMerchant } from './google-merchant.ts';
import { magento } from './magento.ts';
import { matrixify } from './matrixify.ts';
import { medusa } from './medusa.ts';
import { shopify } from './shopify.ts';
import { template } from './template.ts';
import { vendure } from './vendure.ts';
import { woocommerce } from './woocommerce.ts';

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
