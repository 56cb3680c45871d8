import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Account, anAccount, awsError, serveAccount } from './account.ts';

const credentials = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_DEFAULT_REGION: 'eu-central-1' };

/**
 * Runs `npm run deploy` against `account`, in a home without a profile. npm is one that notes what it is asked for and
 * fails where that has `failing` in it.
 */
async function deploy(
  account: Account,
  {
    args = [],
    failing = 'nothing',
    environment = credentials,
  }: { args?: string[]; failing?: string; environment?: Record<string, string> } = {},
): Promise<{ code: number; output: string; ran: string[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'supplier-import-deploy-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const notes = join(folder, 'notes');
  await writeFile(notes, '');
  await writeFile(join(folder, 'npm'), `#!/bin/sh\necho "$*" >> ${notes}\ncase "$*" in *${failing}*) exit 1;; esac\n`);
  await chmod(join(folder, 'npm'), 0o755);
  const env = {
    HOME: folder,
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
    PATH: `${folder}:/usr/bin:/bin`,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL: await serveAccount(account),
    ...environment,
  };
  const run = promisify(execFile)(process.execPath, [resolve('infrastructure/build/deploy.ts'), ...args], { env });
  const { code, output } = await run.then(
    ({ stdout }) => ({ code: 0, output: stdout }),
    ({ code, stderr }) => ({ code, output: stderr }),
  );
  return { code, output, ran: (await readFile(notes, 'utf8')).split('\n').filter(Boolean) };
}

const builds = ['run build', 'run build:assets'];
const standing = (): Account => ({
  ...anAccount(),
  stacks: { CDKToolkit: { status: 'CREATE_COMPLETE' }, SupplierImport: { status: 'UPDATE_ROLLBACK_COMPLETE' } },
});

describe('npm run deploy', () => {
  it('makes a stack without protection, and protects it once it stands', async () => {
    const { code, output, ran } = await deploy(anAccount());
    expect(output).toContain('Deploying SupplierImport to 123456789012 in eu-central-1\nStep 1 of 2: ');
    expect(output).toContain('Step 2 of 2: protecting');
    expect(ran).toEqual([...builds, 'exec -- cdk deploy -c protect=false', 'exec -- cdk deploy']);
    expect(code).toBe(0);
  });

  it('does not protect what failed to be made, which can be tried again', async () => {
    const { code, ran } = await deploy(anAccount(), { failing: 'protect=false' });
    expect({ code, last: ran.at(-1) }).toEqual({ code: 1, last: 'exec -- cdk deploy -c protect=false' });
    const failed = {
      ...anAccount(),
      stacks: { ...anAccount().stacks, SupplierImport: { status: 'ROLLBACK_COMPLETE' } },
    };
    expect((await deploy(failed)).ran).toContain('exec -- cdk deploy -c protect=false');
  });

  it('changes a stack that stands in one step', async () => {
    expect((await deploy(standing())).ran).toEqual([...builds, 'exec -- cdk deploy']);
  });

  it('hands cdk what it was given, and deploys an environment that nothing protects in one step', async () => {
    const args = ['-c', 'environment=development', '--require-approval', 'never'];
    expect((await deploy(anAccount(), { args })).ran.at(-1)).toBe(`exec -- cdk deploy ${args.join(' ')}`);
  });

  it('builds and deploys nothing where the build fails', async () => {
    expect(await deploy(anAccount(), { failing: 'build' })).toMatchObject({ code: 1, ran: ['run build'] });
  });

  it('runs within the ten executions of a new account as the starter', async () => {
    const account = { ...anAccount(), executions: { quota: 10, unreserved: 10 } };
    expect(await deploy(account, { args: ['-c', 'environment=starter'] })).toMatchObject({ code: 0 });
  });
});

describe('an account that cannot be deployed to', () => {
  it.each<[string, (account: Account) => void, RegExp]>([
    [
      'expired credentials',
      ({ answers }) => {
        answers.GetCallerIdentity = [400, awsError('ExpiredToken', 'The security token is expired')];
      },
      /^The AWS credentials have expired: sign in again, e.g. with aws sso login$/,
    ],
    [
      'credentials of nobody',
      ({ answers }) => {
        answers.GetCallerIdentity = [400, awsError('InvalidClientTokenId', 'The security token is invalid.')];
      },
      /^The AWS credentials were not accepted: The security token is invalid\.$/,
    ],
    [
      'a Region that is not bootstrapped',
      ({ stacks }) => {
        delete stacks.CDKToolkit;
      },
      /^123456789012 is not bootstrapped in eu-central-1: run .+ npx cdk bootstrap 123456789012\/eu-central-1$/,
    ],
    [
      'credentials without the right to ask',
      ({ answers }) => {
        answers.DescribeStacks = [400, awsError('AccessDenied', 'Not authorized')];
      },
      /^CloudFormation in eu-central-1 refused to be asked: Not authorized$/,
    ],
    [
      'a new account',
      ({ executions }) => {
        executions.quota = 10;
        executions.unreserved = 10;
      },
      /^Lambda in eu-central-1 has 10 concurrent executions, of which 0 can still be reserved; 540 are needed: deploy with -c environment=starter, /,
    ],
    [
      'an account whose executions others have reserved',
      ({ executions }) => {
        executions.unreserved = 600;
      },
      /of which 500 can still be reserved; 540 are needed: .+lower images\.reservedConcurrency by 40, or have the quota L-B99A9384 raised/,
    ],
    [
      'a Region without the class of the database',
      (account) => {
        account.classes = ['m6g.large'];
      },
      /^RDS in eu-central-1 has no db\.m8g\.large for PostgreSQL 18 on gp3: set database\.instanceType to m6g\.large$/,
    ],
    [
      'a Region without any of its classes',
      (account) => {
        account.classes = [];
      },
      /: choose another database\.instanceType, or another Region$/,
    ],
    [
      'a failed stack that is protected',
      ({ stacks }) => {
        stacks.SupplierImport = { status: 'ROLLBACK_COMPLETE', isProtected: true };
      },
      /^SupplierImport failed to be made \(ROLLBACK_COMPLETE\) and is protected: run aws cloudformation update-termination-protection /,
    ],
    [
      'a stack that is stuck',
      ({ stacks }) => {
        stacks.SupplierImport = { status: 'UPDATE_ROLLBACK_FAILED' };
      },
      /^SupplierImport is stuck .+: run aws cloudformation continue-update-rollback --stack-name SupplierImport, /,
    ],
    [
      'a stack that could not be deleted',
      ({ stacks }) => {
        stacks.SupplierImport = { status: 'DELETE_FAILED' };
      },
      /^SupplierImport could not be deleted: .+ aws cloudformation delete-stack/,
    ],
    [
      'a stack that is being changed',
      ({ stacks }) => {
        stacks.SupplierImport = { status: 'UPDATE_IN_PROGRESS' };
      },
      /^SupplierImport is being changed \(UPDATE_IN_PROGRESS\): wait/,
    ],
  ])('is told in one line what to do, before anything is made: %s', async (_title, change, line) => {
    const account = anAccount();
    change(account);
    const { code, output, ran } = await deploy(account);
    expect({ code, ran }).toEqual({ code: 1, ran: [] });
    expect(output.endsWith('\n')).toBe(true);
    expect(output.trimEnd()).toMatch(line);
    expect(output.trimEnd()).not.toContain('\n');
  });

  it.each<[string, Record<string, string>, string]>([
    [
      'credentials',
      { AWS_DEFAULT_REGION: 'eu-central-1' },
      'No AWS credentials: set AWS_PROFILE, or sign in with aws sso login or aws configure',
    ],
    [
      'a Region',
      { ...credentials, AWS_DEFAULT_REGION: '' },
      'No AWS Region: set AWS_REGION, or the region of your AWS profile',
    ],
  ])('is told in one line what to do about missing %s', async (_title, environment, line) => {
    expect(await deploy(anAccount(), { environment })).toEqual({ code: 1, output: `${line}\n`, ran: [] });
  });

  it('is told in one line of settings that do not fit', async () => {
    const { code, output } = await deploy(anAccount(), { args: ['-c', 'environment=prod'] });
    expect({ code, output }).toEqual({
      code: 1,
      output: expect.stringMatching(/^-c environment=prod is unknown: .+\n$/),
    });
  });
});
