import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import type { Template } from 'aws-cdk-lib/assertions';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { withoutHash } from '../support/grants.ts';
import { synthesizedTemplate } from '../support/template.ts';

let template: Template;
let trigger: string;
beforeAll(async () => {
  template = await synthesizedTemplate();
  [trigger = ''] = Object.keys(template.findResources('Custom::Trigger'));
});

/** Everything that a resource waits for, by DependsOn and by reference, at any depth. */
function waitsFor(id: string, found = new Set<string>()): Set<string> {
  const resources: Record<string, Record<string, unknown>> = template.toJSON().Resources;
  const { DependsOn = [], Properties } = resources[id] ?? {};
  const references = JSON.stringify(Properties ?? {}).matchAll(/"(?:Ref":|Fn::GetAtt":\[)"(\w+)"/g);
  for (const next of [DependsOn]
    .flat()
    .map(String)
    .concat([...references].map(([, name]) => String(name)))) {
    if (found.has(next) || resources[next] === undefined) continue;
    found.add(next);
    waitsFor(next, found);
  }
  return found;
}

const idsOf = (type: string) => Object.keys(template.findResources(type));

describe('the migrations', () => {
  it('run before anything that starts new code changes', () => {
    const starters = [
      'AWS::StepFunctions::StateMachine',
      'AWS::Lambda::Alias',
      'AWS::Lambda::EventSourceMapping',
      'AWS::Scheduler::Schedule',
    ].flatMap(idsOf);
    const rules = idsOf('AWS::Events::Rule').filter((id) => /^(Workflow|Undo)/.test(id));
    expect(starters.length + rules.length).toBe(4 + 4 + 1 + 1 + 4);
    for (const id of [...starters, ...rules]) expect(waitsFor(id), id).toContain(trigger);
  });

  it('run when the database, its secrets and the way to them are there', () => {
    const before = [...waitsFor(trigger)].map(withoutHash);
    expect(before).toEqual(
      expect.arrayContaining([
        'DatabaseInstance',
        'DatabaseInstanceSecretAttachment',
        'DatabaseApplicationSecretAttachment',
        'NetworkSecretsManager',
        'FunctionsMigrate',
        'FunctionsMigrateRoleDefaultPolicy',
      ]),
    );
    const rules = ['AWS::EC2::SecurityGroupIngress', 'AWS::EC2::SecurityGroupEgress'].flatMap(idsOf).map(withoutHash);
    expect(rules.filter((id) => !before.includes(id))).toEqual([]);
  });

  it('run again with every new version of migrate, and are waited for as long as it may take', () => {
    template.hasResourceProperties('Custom::Trigger', {
      InvocationType: 'RequestResponse',
      Timeout: '900000',
      ExecuteOnHandlerChange: true,
    });
    const { HandlerArn } = template.toJSON().Resources[trigger].Properties;
    expect(withoutHash(HandlerArn.Ref)).toBe('FunctionsMigrateCurrentVersion');
  });
});

describe('the custom resource that runs them', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });
  // Not among the package's exports: it is what CDK deploys.
  const file = resolve('node_modules/aws-cdk-lib/custom-resource-handlers/dist/triggers/lambda/index.js');
  const { handler } = createRequire(import.meta.url)(file) as { handler(event: unknown): Promise<void> };

  /** Runs CDK's handler against a Lambda that answers with `body`. */
  async function runTrigger(headers: Record<string, string>, body: string): Promise<void> {
    const server = createServer((_request, response) => response.writeHead(200, headers).end(body));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const address = server.address();
    vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
    vi.spyOn(console, 'log').mockImplementation(() => {});
    vi.stubEnv('AWS_REGION', 'us-east-1');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
    const HandlerArn = 'arn:aws:lambda:us-east-1:000000000000:function:Migrate:1';
    const ResourceProperties = { HandlerArn, InvocationType: 'RequestResponse', Timeout: '900000' };
    try {
      await handler({ RequestType: 'Update', ResourceProperties });
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }

  it('succeeds where they do', async () => {
    await expect(runTrigger({}, '{"migrated":true}')).resolves.toBeUndefined();
  });

  it('fails the deployment where one fails, with its error', async () => {
    const body = JSON.stringify({ errorType: 'PostgresError', errorMessage: 'column "url" does not exist' });
    await expect(runTrigger({ 'x-amz-function-error': 'Unhandled' }, body)).rejects.toThrow(
      'column "url" does not exist',
    );
  });
});
