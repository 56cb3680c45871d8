import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { defaultSettings, type Settings } from '../infrastructure/settings/settings.ts';
import { SupplierImportStack } from '../infrastructure/supplier-import-stack.ts';

/**
 * Synthesizes the CDK app in this process (2 s), without an account or a network, and returns the folder of the cloud
 * assembly. The layer stays empty: here sharp comes from node_modules.
 */
export async function synthesize(directory: string, settings: Settings = defaultSettings): Promise<string> {
  const { context } = JSON.parse(await readFile('cdk.json', 'utf8'));
  const sharpLayer = join(directory, 'empty-layer');
  await mkdir(sharpLayer, { recursive: true });
  const outdir = join(directory, 'cdk.out');
  const app = new App({
    // Bundles run where they were built, from where they find sharp in node_modules.
    context: { ...context, 'aws:cdk:disable-asset-staging': true },
    outdir,
    // `cdk synth` tells what CloudFormation's rules say of a template; of this one nothing is deployed, and it takes 4 s.
    builtinCloudFormationValidation: false,
  });
  new SupplierImportStack(app, stackName, { settings, bundles: 'build/functions', sharpLayer });
  app.synth();
  return outdir;
}

export const stackName = 'SupplierImport';
