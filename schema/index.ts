export * from './images.ts';
export * from './import-chunks.ts';
export * from './imports.ts';
export * from './product-catalog.ts';
export * from './product-images.ts';
export * from './product-variants.ts';
export * from './products.ts';
export * from './suppliers.ts';
