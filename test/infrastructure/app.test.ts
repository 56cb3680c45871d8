import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** A checkout of its own, whose build is what a test makes it. */
let checkout: string;
beforeAll(async () => {
  checkout = await mkdtemp(join(tmpdir(), 'supplier-import-app-'));
  for (const name of ['infrastructure', 'workflows', 'functions', 'node_modules', 'package.json', 'tsconfig.json']) {
    await symlink(resolve(name), join(checkout, name));
  }
  await cp('cdk.json', join(checkout, 'cdk.json'));
  await mkdir(join(checkout, 'build/layers/sharp'), { recursive: true });
  await symlink(resolve('build/functions'), join(checkout, 'build/functions'));
});
afterAll(() => rm(checkout, { recursive: true }));

type Result = { code: number; stdout: string; stderr: string };

/** Runs the app as `cdk synth` does, with no credentials at hand. */
async function synth(
  context: Record<string, string>,
  folder = checkout,
  others: Record<string, string> = {},
): Promise<Result> {
  const { context: flags } = JSON.parse(await readFile('cdk.json', 'utf8'));
  const env = {
    PATH: process.env.PATH,
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
    HOME: folder,
    CDK_OUTDIR: join(folder, 'cdk.out'),
    CDK_CONTEXT_JSON: JSON.stringify({ ...flags, ...context, 'aws:cdk:disable-asset-staging': true }),
    ...others,
  };
  const run = promisify(execFile)(process.execPath, [resolve('infrastructure/app.ts')], { cwd: folder, env });
  return run.then(
    (output) => ({ code: 0, ...output }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
}

describe('synthesis', () => {
  it('needs neither an account nor a network, and finds nothing to complain about', async () => {
    const { code, stderr } = await synth({});
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const { stacks } = { stacks: await readdir(join(checkout, 'cdk.out')) };
    expect(stacks).toContain('SupplierImport.template.json');
    // What cdk would have to look up in an account first.
    expect(JSON.parse(await readFile(join(checkout, 'cdk.out/manifest.json'), 'utf8'))).not.toHaveProperty('missing');
  });

  it('takes an environment and a file of settings, for a VPC and a database that are there already', async () => {
    const settings = join(checkout, 'platform.json');
    await writeFile(
      settings,
      JSON.stringify({
        network: {
          existing: {
            vpcId: 'vpc-0123456789abcdef0',
            availabilityZones: ['eu-central-1a', 'eu-central-1b'],
            isolatedSubnetIds: ['subnet-0123456789abcdef1', 'subnet-0123456789abcdef2'],
            isolatedSubnetRouteTableIds: ['rtb-0123456789abcdef1', 'rtb-0123456789abcdef2'],
            endpoints: ['s3', 'sqs'],
          },
        },
        database: {
          existing: {
            instanceIdentifier: 'platform',
            endpointAddress: 'platform.example',
            securityGroupId: 'sg-0123456789abcdef0',
            ownerSecretArn: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:owner-AbCdEf',
            applicationSecretArn: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:application-AbCdEf',
          },
        },
      }),
    );
    expect(await synth({ environment: 'development', settings })).toMatchObject({ code: 0, stderr: '' });
    const file = join(checkout, 'cdk.out/SupplierImportDevelopment.template.json');
    const { Resources } = JSON.parse(await readFile(file, 'utf8')) as { Resources: Record<string, { Type: string }> };
    const types = new Set(Object.values(Resources).map(({ Type }) => Type));
    for (const type of ['AWS::RDS::DBInstance', 'AWS::EC2::VPC', 'AWS::EC2::Subnet', 'AWS::SecretsManager::Secret']) {
      expect(types, type).not.toContain(type);
    }
    const text = JSON.stringify(Resources);
    const given = [
      'vpc-0',
      'subnet-0123456789abcdef2',
      'rtb-0123456789abcdef1',
      'sg-0',
      'secret:owner',
      'secret:application',
    ];
    expect(given.filter((id) => !text.includes(id))).toEqual([]);
  });

  it('reserves nothing in a new account, which has ten executions', async () => {
    expect(await synth({ environment: 'starter' })).toMatchObject({ code: 0, stderr: '' });
    const file = join(checkout, 'cdk.out/SupplierImportStarter.template.json');
    const template = await readFile(file, 'utf8');
    expect(template).not.toContain('ReservedConcurrentExecutions');
    expect(template).toContain('"MaximumConcurrency": 2');
  });

  it('protects a stack and its database once it stands: not in its first deployment', async () => {
    const protection = async (context: Record<string, string>) => {
      // What CloudFormation's rules say of the template is asked above.
      expect(await synth(context, checkout, { CDK_VALIDATION: 'false' })).toMatchObject({ code: 0 });
      const template = await readFile(join(checkout, 'cdk.out/SupplierImport.template.json'), 'utf8');
      const { artifacts } = JSON.parse(await readFile(join(checkout, 'cdk.out/manifest.json'), 'utf8'));
      return [artifacts.SupplierImport.properties.terminationProtection, /"DeletionProtection": true/.test(template)];
    };
    expect(await protection({})).toEqual([true, true]);
    expect(await protection({ protect: 'false' })).toEqual([false, false]);
  });

  it.each<[string, Record<string, string>, string]>([
    [
      'an unknown environment',
      { environment: 'prod' },
      '-c environment=prod is unknown: expected production or starter or development',
    ],
    ['an unknown name', { stage: 'prod' }, '-c stage is unknown: expected environment or settings'],
    [
      'a file that is not there',
      { settings: 'x.json' },
      '-c settings=x.json: expected the path of a JSON file with settings; it cannot be read',
    ],
  ])('refuses %s in one line', async (_title, context, line) => {
    expect(await synth(context)).toEqual({ code: 1, stdout: '', stderr: `${line}\n` });
  });

  it('says which build is missing', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'supplier-import-empty-'));
    const missing = async () => (await synth({}, empty)).stderr;
    expect(await missing()).toBe('build/functions/migrate is missing: run npm run build first\n');
    await mkdir(join(empty, 'build'));
    await symlink(resolve('build/functions'), join(empty, 'build/functions'));
    expect(await missing()).toBe('build/layers/sharp is missing: run npm run build:assets first\n');
    await rm(empty, { recursive: true });
  });
});
