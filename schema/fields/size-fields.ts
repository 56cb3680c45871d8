import type { Traits } from './traits.ts';

/** What a product weighs and measures. */
export const sizeFields = {
  weight: {
    of: 'both',
    kind: 'weight',
    column: 'weightGrams',
    label: 'Weight',
    words: [
      'Weight',
      'Weight ({unit})',
      'Item Weight',
      'Product Weight',
      'Net Weight',
      'Shipping Weight',
      'Ship Weight',
      'Ship Wt',
      'Gross Weight',
      'Net Wt',
      'Wt',
    ],
  },
  weightGrams: { of: 'both', kind: 'weight', column: 'weightGrams', label: 'Weight in grams' },
  weightUnit: {
    of: 'row',
    kind: 'qualifier',
    column: null,
    label: 'Unit of the weight',
    words: ['Weight Unit', 'Weight UOM'],
  },
  length: {
    of: 'product',
    kind: 'length',
    column: 'lengthMm',
    label: 'Length',
    words: ['Length', 'Depth', 'Item Length', 'Product Length', 'Product Depth'],
  },
  width: {
    of: 'product',
    kind: 'length',
    column: 'widthMm',
    label: 'Width',
    words: ['Width', 'Item Width', 'Product Width'],
  },
  height: {
    of: 'product',
    kind: 'length',
    column: 'heightMm',
    label: 'Height',
    words: ['Height', 'Item Height', 'Product Height'],
  },
  dimensionUnit: {
    of: 'row',
    kind: 'qualifier',
    column: null,
    label: 'Unit of the dimensions',
    words: ['Dimension Unit', 'Dimensions Unit', 'Dimension UOM'],
  },
  /** Length, width and height in one cell, which stays an attribute. */
  dimensions: {
    of: 'product',
    kind: 'dimensions',
    column: null,
    alsoOf: ['lengthMm', 'widthMm', 'heightMm'],
    label: 'Dimensions',
    words: ['Dimensions', 'Product Dimensions', 'Item Dimensions', 'Size (LxWxH)', 'L x W x H'],
  },
} as const satisfies Record<string, Traits>;
