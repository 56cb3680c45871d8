import { App } from 'aws-cdk-lib';
import { defaultSettings } from './settings.ts';
import { SupplierImportStack } from './supplier-import-stack.ts';

const app = new App();
new SupplierImportStack(app, 'SupplierImport', {
  description: 'Supplier spreadsheets to products and WebP images',
  settings: defaultSettings,
  bundles: 'build/functions',
  sharpLayer: 'build/layers/sharp',
});
