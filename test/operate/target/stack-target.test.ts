import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { stackOutputs, stackTarget } from '../../../operate/target/stack-target.ts';
import { type CloudFormation, describedStack, refusal, startCloudFormation } from '../../support/cloud-formation.ts';

const outputs = Object.fromEntries(Object.values(stackOutputs).map((name) => [name, `the ${name}`]));
const answers: Record<string, ReturnType<typeof refusal>> = {
  Ours: describedStack('Ours', outputs),
  Somebodys: describedStack('Somebodys', { UploadsBucket: 'uploads' }),
  Missing: refusal('ValidationError', 'Stack with id Missing does not exist'),
  Expired: refusal('ExpiredToken', 'The security token included in the request is expired', 403),
  Unknown: refusal('InvalidClientTokenId', 'The security token included in the request is invalid.', 403),
  Denied: refusal('AccessDenied', 'User: arn:aws:iam::1:user/x may not perform cloudformation:DescribeStacks', 403),
};

let home: string;
let cloudFormation: CloudFormation;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'supplier-import-home-'));
  cloudFormation = await startCloudFormation((name) => answers[name] ?? refusal('InternalFailure', name, 500));
  // Nothing of the machine's own account may answer for the test.
  for (const name of Object.keys(process.env).filter((variable) => variable.startsWith('AWS_'))) vi.stubEnv(name, '');
  vi.stubEnv('AWS_CONFIG_FILE', join(home, 'config'));
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(home, 'credentials'));
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  vi.stubEnv('AWS_ENDPOINT_URL_CLOUDFORMATION', cloudFormation.url);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await cloudFormation.close();
  await rm(home, { recursive: true });
});

it('finds every name among the outputs of the stack', async () => {
  const target = await stackTarget('Ours');
  for (const [name, output] of Object.entries(stackOutputs)) expect(target).toHaveProperty(name, `the ${output}`);
  expect(cloudFormation.requests[0]?.get('Action')).toBe('DescribeStacks');
  expect(await target.s3.config.region()).toBe('eu-central-1');
});

it.each([
  ['Missing', /^There is no stack Missing in eu-central-1: check the name and AWS_REGION, or deploy it/],
  ['Somebodys', /^Stack Somebodys in eu-central-1 \(CREATE_COMPLETE\) has no output ImagesBucket: expected/],
  ['Expired', /^The AWS credentials have expired: log in again/],
  ['Unknown', /^AWS does not accept these credentials \(InvalidClientTokenId\): check AWS_PROFILE/],
  ['Denied', /^These credentials do not suffice for stack Denied in eu-central-1: .*cloudformation:DescribeStacks/],
])('says what to do about a stack that is %s', async (stackName, message) => {
  await expect(stackTarget(stackName)).rejects.toThrow(message);
});

it.each([
  ['no region', { AWS_REGION: '' }, /^No AWS region is set: set AWS_REGION/],
  [
    'no credentials',
    { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' },
    /^No usable AWS credentials: set AWS_PROFILE/,
  ],
  [
    'a profile that does not exist',
    { AWS_PROFILE: 'absent', AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' },
    /^No usable AWS credentials: set AWS_PROFILE/,
  ],
  [
    'a region where nothing answers',
    { AWS_ENDPOINT_URL_CLOUDFORMATION: 'http://127.0.0.1:1' },
    /^AWS in eu-central-1 cannot be reached \(ECONNREFUSED\): check AWS_REGION/,
  ],
])('says what to do about %s', async (_, environment, message) => {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  await expect(stackTarget('Ours')).rejects.toThrow(message);
});
