import { bigcommerce } from './bigcommerce.ts';
import * as feeds from './feeds.ts';
import * as hosted from './hosted.ts';
import { magento } from './magento.ts';
import * as marketplaces from './marketplaces.ts';
import { medusa } from './medusa.ts';
import type { Product, Writer } from './products.ts';
import * as selfHosted from './self-hosted.ts';
import { matrixify, shopify } from './shopify.ts';
import { template } from './template.ts';
import { vendure } from './vendure.ts';
import { woocommerce } from './woocommerce.ts';

/** How each convention writes the same products. */
export const writers: Record<string, Writer> = {
  template,
  shopify,
  woocommerce,
  matrixify,
  medusa,
  vendure,
  magento,
  bigcommerce,
  dropship: feeds.dropship,
  'google-merchant': feeds.googleMerchant,
  meta: feeds.meta,
  pinterest: feeds.pinterest,
  openai: feeds.openai,
  'google-ads': feeds.googleAds,
  cj: feeds.cj,
  'inventory-source': feeds.inventorySource,
  wix: hosted.wix,
  lightspeed: hosted.lightspeed,
  square: hosted.square,
  squarespace: hosted.squarespace,
  commercetools: hosted.commercetools,
  ecwid: hosted.ecwid,
  prestashop: selfHosted.prestashop,
  opencart: selfHosted.opencart,
  shopware: selfHosted.shopware,
  odoo: selfHosted.odoo,
  spree: selfHosted.spree,
  bagisto: selfHosted.bagisto,
  'ec-cube': selfHosted.ecCube,
  etsy: marketplaces.etsy,
  ebay: marketplaces.ebay,
  amazon: marketplaces.amazon,
  walmart: marketplaces.walmart,
  faire: marketplaces.faire,
};

const withoutVariants = new Set(['etsy', 'prestashop', 'opencart', 'odoo', 'google-ads']);

/** What a convention can say of products: some have a row for each and no variants. */
export function sayable(format: string, given: Product[]): Product[] {
  if (!withoutVariants.has(format)) return given;
  return given.map((product) => ({
    ...product,
    variants: product.variants.slice(0, 1).map((variant) => ({ ...variant, sku: product.code })),
  }));
}
