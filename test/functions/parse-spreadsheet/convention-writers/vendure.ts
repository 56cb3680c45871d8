import type { Writer } from './products.ts';

export const vendure: Writer = (given) => [
  [
    'name',
    'slug',
    'description',
    'assets',
    'facets',
    'optionGroups',
    'optionValues',
    'sku',
    'price',
    'taxCategory',
    'stockOnHand',
    'trackInventory',
    'variantAssets',
    'variantFacets',
    'Barcode',
  ],
  ...given.flatMap((product) =>
    product.variants.map((variant, index) => {
      const first = <T>(value: T) => (index === 0 ? value : null);
      return [
        first(product.title),
        first(product.code),
        first(product.description),
        first(product.images.join('|')),
        null,
        first('Size'),
        variant.option,
        variant.sku,
        variant.price,
        'standard',
        variant.quantity,
        false,
        null,
        null,
        variant.barcode,
      ];
    }),
  ),
];
