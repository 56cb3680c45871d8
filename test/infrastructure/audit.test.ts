import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Stack, Validations } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { environments } from '../../infrastructure/settings/environments.ts';
import { readSettings } from '../../infrastructure/settings/read-settings.ts';
import { SupplierImportStack } from '../../infrastructure/supplier-import-stack.ts';

let layer: string;
let context: Record<string, unknown>;
beforeAll(async () => {
  layer = await mkdtemp(join(tmpdir(), 'supplier-import-layer-'));
  context = JSON.parse(await readFile('cdk.json', 'utf8')).context;
});
afterAll(() => rm(layer, { recursive: true }));

function stackOf(environment: string): Stack {
  const app = new App({ context: { ...context, 'aws:cdk:disable-asset-staging': true } });
  const { settings } = readSettings({ environment });
  return new SupplierImportStack(app, 'Audited', { settings, bundles: 'build/functions', sharpLayer: layer });
}

describe('cdk-nag', () => {
  it.each(Object.keys(environments))('finds nothing in the %s environment that AwsSolutions forbids', (environment) => {
    const stack = stackOf(environment);
    const { violations } = new AwsSolutionsChecks(stack.node.root).validateScope(stack);
    const found = violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ resourceLogicalId }) => `${ruleName} ${resourceLogicalId}`),
    );
    expect(found).toEqual([]);
  });

  it('would find a bucket that takes plain HTTP and that nobody logs', () => {
    const stack = stackOf('production');
    new Bucket(stack, 'Forgotten');
    const { violations } = new AwsSolutionsChecks(stack.node.root).validateScope(stack);
    expect(violations.map(({ ruleName }) => ruleName)).toEqual(['AwsSolutions-S1', 'AwsSolutions-S10']);
  });

  it('is silenced with a reason, each time', () => {
    const reasons = stackOf('production')
      .node.findAll()
      .flatMap(({ node }) => node.metadata)
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.values(data as Record<string, string>));
    expect(reasons.length).toBeGreaterThan(20);
    for (const reason of reasons) expect(reason).toMatch(/^\w.{30,}/);
  });
});
