import type { FieldChange } from '../../../workflows/payloads/changes.ts';

/** What a product as a whole becomes. */
export const productChange = (before: string | null, after: string): FieldChange => ({
  sku: null,
  field: 'Product',
  name: null,
  before,
  after,
});
