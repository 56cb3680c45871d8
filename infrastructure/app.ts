import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { sharpLayerDirectory } from './build/build-assets.ts';
import { functionsDirectory } from './build/build-functions.ts';
import { MissingBuildError } from './functions/bundled-function.ts';
import { readSettings, SettingsError } from './settings/read-settings.ts';
import { SupplierImportStack } from './supplier-import-stack.ts';

try {
  const app = new App();
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const { stackName, settings, protect } = readSettings(app.node.getAllContext());
  new SupplierImportStack(app, stackName, {
    description: 'Supplier spreadsheets to products and WebP images',
    terminationProtection: protect && settings.retention.keepData,
    settings,
    bundles: functionsDirectory,
    sharpLayer: sharpLayerDirectory,
  });
  app.synth();
} catch (error) {
  if (!(error instanceof SettingsError || error instanceof MissingBuildError)) throw error;
  console.error(error.message);
  process.exit(1);
}
