import type { Traits } from './traits.ts';

/** What a product looks like. */
export const imageFields = {
  image: { of: 'product', kind: 'images', column: 'images', label: 'Image', repeated: true, sold: true },
  imageAlt: {
    of: 'product',
    kind: 'alt',
    column: null,
    label: 'Alt text of an image',
    repeated: true,
    words: [
      'Image {n} Alt',
      'Image {n} Alt Text',
      'Image Alt {n}',
      'Image Alt Text {n}',
      'Image Alt',
      'Image Alt Text',
      'Alt Text',
    ],
  },
  imagePosition: {
    of: 'row',
    kind: 'qualifier',
    column: null,
    label: 'Position of an image',
    words: ['Image Position'],
  },
  variantImage: { of: 'variant', kind: 'images', column: null, alsoOf: ['images'], label: 'Image of a variant' },
} as const satisfies Record<string, Traits>;
