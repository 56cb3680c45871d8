import type { Traits } from './traits.ts';

/** How rows belong together, and what a row is. */
export const rowFields = {
  code: {
    of: 'row',
    kind: 'reference',
    column: null,
    label: 'Code',
    needed: true,
    names: true,
    words: [
      'Code',
      'Handle',
      'Product Code',
      'Parent SKU',
      'Parent Code',
      'Parent Item Number',
      'Style Number',
      'Style #',
      'Style No',
      'Slug',
      'URL Key',
      'Product Handle',
      'Handle ID',
      'Item Group ID',
      'Style Code',
      'Style ID',
      'Parent Product SKU',
    ],
  },
  /** The code of the product whose variant the row is. */
  parent: { of: 'row', kind: 'reference', column: null, label: 'Parent', needed: true },
  /** A number that only the shop it was exported from knows. */
  id: { of: 'row', kind: 'reference', column: null, label: 'Id', names: true, identifies: 2, words: ['ID'] },
  rowType: { of: 'row', kind: 'reference', column: null, label: 'Type of the row' },
  storeView: { of: 'row', kind: 'reference', column: null, label: 'Store view' },
  command: { of: 'row', kind: 'reference', column: null, alsoOf: ['active'], label: 'Command' },
  /** A product lists its variants and their options: `sku=A-M,size=M|sku=A-L,size=L`. */
  children: { of: 'row', kind: 'reference', column: null, label: 'Variants', namesItsOwn: true },
  attributeList: {
    of: 'row',
    kind: 'assignments',
    column: null,
    label: 'Attributes',
    repeated: true,
    namesItsOwn: true,
  },
  /** Known to the convention and kept as an attribute: tells conventions apart. */
  attribute: {
    of: 'product',
    kind: 'attribute',
    column: null,
    label: 'Attribute',
    repeated: true,
    words: ['Style', 'Gender', 'HS Code', 'State', 'Publisher'],
  },
  variantAttribute: { of: 'variant', kind: 'attribute', column: null, label: 'Attribute of a variant', repeated: true },
  /** Reports of this import: left out when a corrected file comes back. */
  ignored: {
    of: 'row',
    kind: 'qualifier',
    column: null,
    label: 'Ignored',
    repeated: true,
    words: ['Import problems'],
  },
} as const satisfies Record<string, Traits>;
