import type { Convention } from './convention.ts';
import { cj } from './feeds/cj.ts';
import { dropship } from './feeds/dropship.ts';
import { googleAds } from './feeds/google-ads.ts';
import { googleMerchant } from './feeds/google-merchant.ts';
import { inventorySource } from './feeds/inventory-source.ts';
import { meta } from './feeds/meta.ts';
import { openai } from './feeds/openai.ts';
import { pinterest } from './feeds/pinterest.ts';
import { bigcommerce } from './hosted/bigcommerce.ts';
import { commercetools } from './hosted/commercetools.ts';
import { ecwid } from './hosted/ecwid.ts';
import { lightspeed } from './hosted/lightspeed.ts';
import { matrixify } from './hosted/matrixify.ts';
import { shopify } from './hosted/shopify.ts';
import { square } from './hosted/square.ts';
import { squarespace } from './hosted/squarespace.ts';
import { wix } from './hosted/wix.ts';
import { amazon } from './marketplaces/amazon.ts';
import { ebay } from './marketplaces/ebay.ts';
import { etsy } from './marketplaces/etsy.ts';
import { faire } from './marketplaces/faire.ts';
import { walmart } from './marketplaces/walmart.ts';
import { bagisto } from './self-hosted/bagisto.ts';
import { ecCube } from './self-hosted/ec-cube.ts';
import { magento } from './self-hosted/magento.ts';
import { medusa } from './self-hosted/medusa.ts';
import { odoo } from './self-hosted/odoo.ts';
import { opencart } from './self-hosted/opencart.ts';
import { prestashop } from './self-hosted/prestashop.ts';
import { shopware } from './self-hosted/shopware.ts';
import { spree } from './self-hosted/spree.ts';
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
  wix,
  etsy,
  prestashop,
  meta,
  opencart,
  squarespace,
  square,
  lightspeed,
  ecwid,
  shopware,
  odoo,
  amazon,
  ebay,
  walmart,
  spree,
  bagisto,
  commercetools,
  ecCube,
  pinterest,
  openai,
  googleAds,
  cj,
  inventorySource,
  faire,
];
export { template };
