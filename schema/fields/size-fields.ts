import type { Traits } from './traits.ts';

/** What a product weighs and measures. */
export const sizeFields = {
  weight: {
    of: 'both',
    kind: 'weight',
    column: 'weightGrams',
    label: 'Weight',
    words: {
      en: [
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
      de: ['Gewicht'],
      fr: ['Poids'],
      es: ['Peso'],
    },
  },
  weightGrams: { of: 'both', kind: 'weight', column: 'weightGrams', label: 'Weight in grams' },
  weightUnit: {
    of: 'row',
    kind: 'qualifier',
    column: null,
    label: 'Unit of the weight',
    words: {
      en: ['Weight Unit', 'Weight UOM'],
    },
  },
  length: {
    of: 'product',
    kind: 'length',
    column: 'lengthMm',
    label: 'Length',
    words: {
      en: ['Length', 'Depth', 'Item Length', 'Product Length', 'Product Depth'],
      de: ['Länge', 'Tiefe'],
      fr: ['Longueur', 'Profondeur'],
      es: ['Longitud', 'Largo'],
    },
  },
  width: {
    of: 'product',
    kind: 'length',
    column: 'widthMm',
    label: 'Width',
    words: {
      en: ['Width', 'Item Width', 'Product Width'],
      de: ['Breite'],
      fr: ['Largeur'],
      es: ['Anchura', 'Ancho'],
    },
  },
  height: {
    of: 'product',
    kind: 'length',
    column: 'heightMm',
    label: 'Height',
    words: {
      en: ['Height', 'Item Height', 'Product Height'],
      de: ['Höhe'],
      fr: ['Hauteur'],
      es: ['Altura', 'Alto'],
    },
  },
  dimensionUnit: {
    of: 'row',
    kind: 'qualifier',
    column: null,
    label: 'Unit of the dimensions',
    words: {
      en: ['Dimension Unit', 'Dimensions Unit', 'Dimension UOM'],
    },
  },
  /** Length, width and height in one cell, which stays an attribute. */
  dimensions: {
    of: 'product',
    kind: 'dimensions',
    column: null,
    alsoOf: ['lengthMm', 'widthMm', 'heightMm'],
    label: 'Dimensions',
    words: {
      en: ['Dimensions', 'Product Dimensions', 'Item Dimensions', 'Size (LxWxH)', 'L x W x H'],
    },
  },
} as const satisfies Record<string, Traits>;
