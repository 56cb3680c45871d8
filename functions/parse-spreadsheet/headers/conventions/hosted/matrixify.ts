import type { Convention } from '../convention.ts';
import { shopify } from './shopify.ts';

/** Matrixify's export of a Shopify shop. https://matrixify.app/documentation/products/ */
export const matrixify: Convention = {
  name: 'matrixify',
  grouping: 'code',
  completeVariants: true,
  noOption: 'default title',
  columns: {
    'Category: Name': 'category',
    ...shopify.columns,
    ID: 'id',
    Command: 'command',
    'Tags Command': 'ignored',
    'Image Command': 'ignored',
    'Variant Command': 'ignored',
    'Top Row': 'ignored',
    'Row #': 'ignored',
    'Variant Cost': 'cost',
    'Variant Weight': 'weight',
    'Variant Weight Unit': 'weightUnit',
    'Variant ID': 'variantAttribute',
    'Variant Position': 'variantAttribute',
    'Image Type': 'ignored',
  },
};
