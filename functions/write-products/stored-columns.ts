import { type ProductColumn, productColumns, type VariantColumn, variantColumns } from '../../schema/fields/fields.ts';
import { products, productVariants } from '../../schema/index.ts';

/** `active` is stored as the product's status, `images` in a table of their own. */
type ProductTableColumn = Exclude<ProductColumn, 'active' | 'images'>;

/** Columns of the tables that hold what files say; the compiler refuses a field whose column a table does not have. */
export const productTableColumns = productColumns.filter(
  (column): column is ProductTableColumn => column !== 'active' && column !== 'images',
);
export const saidOfProducts = productTableColumns.map((column) => products[column]);
export const saidOfVariants = variantColumns.map((column) => productVariants[column]);

type ProductBookkeeping =
  | 'id'
  | 'supplierId'
  | 'code'
  | 'attributes'
  | 'contentHash'
  | 'status'
  | 'sourceUploadedAt'
  | 'firstImportId'
  | 'lastImportId'
  | 'unmadeBy'
  | 'createdAt'
  | 'updatedAt';
type VariantBookkeeping =
  | 'id'
  | 'productId'
  | 'variantKey'
  | 'position'
  | 'options'
  | 'attributes'
  | 'status'
  | 'unmadeBy'
  | 'createdAt'
  | 'updatedAt';
type Undescribed =
  | Exclude<keyof typeof products.$inferSelect, ProductTableColumn | ProductBookkeeping>
  | Exclude<keyof typeof productVariants.$inferSelect, VariantColumn | VariantBookkeeping>;

/** Does not compile where a table has a column that no field describes: it would never be written. */
export const undescribedColumns: Record<Undescribed, never> = {};
