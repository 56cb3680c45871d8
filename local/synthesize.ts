import { mkdir, readFile } from 'node:fs/promises';
import { App } from 'aws-cdk-lib';
import { defaultSettings, type Settings } from '../infrastructure/settings/settings.ts';
import { SupplierImportStack } from '../infrastructure/supplier-import-stack.ts';
import { stackName } from './assembly.ts';

/**
 * Synthesizes the CDK app in this process (2 s), without an account or a network, into a folder: the cloud assembly. The
 * layer stays empty: here sharp comes from node_modules.
 */
export async function synthesize(outdir: string, settings: Settings = defaultSettings): Promise<void> {
  const { context } = JSON.parse(await readFile('cdk.json', 'utf8'));
  const sharpLayer = 'build/empty-layer';
  await mkdir(sharpLayer, { recursive: true });
  const app = new App({
    // Bundles run where they were built, from where they find sharp in node_modules.
    context: { ...context, 'aws:cdk:disable-asset-staging': true },
    outdir,
    // `cdk synth` tells what CloudFormation's rules say of a template; of this one nothing is deployed, and it takes 4 s.
    builtinCloudFormationValidation: false,
  });
  new SupplierImportStack(app, stackName, { settings, bundles: 'build/functions', sharpLayer });
  app.synth();
}
