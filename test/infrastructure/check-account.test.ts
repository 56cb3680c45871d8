import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';

/** Answers of STS and CloudFormation, by action: status and XML. */
const answers: Record<string, [number, string]> = {};
let server: Server;
let endpoint: string;
beforeAll(async () => {
  server = createServer(async (request, response) => {
    const action = new URLSearchParams(await text(request)).get('Action') ?? '';
    const [status, body] = answers[action] ?? [500, ''];
    response.writeHead(status, { 'content-type': 'text/xml' }).end(body);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});
afterAll(() => server.close());

const error = (code: string, message: string) =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;
beforeEach(() => {
  answers.GetCallerIdentity = [
    200,
    '<GetCallerIdentityResponse><GetCallerIdentityResult><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>',
  ];
  answers.DescribeStacks = [
    200,
    '<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>CDKToolkit</StackName></member></Stacks></DescribeStacksResult></DescribeStacksResponse>',
  ];
});

const credentials = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };

/** Runs the check as `npm run deploy` does, in a home without a profile. */
async function check(environment: Record<string, string>): Promise<{ code: number; output: string }> {
  const env = {
    HOME: tmpdir(),
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL: endpoint,
    AWS_DEFAULT_REGION: 'eu-central-1',
    ...environment,
  };
  const run = promisify(execFile)(process.execPath, [resolve('infrastructure/build/check-account.ts')], { env });
  return run.then(
    ({ stdout }) => ({ code: 0, output: stdout }),
    ({ code, stderr }) => ({ code, output: stderr }),
  );
}

it('names the account and the Region that are deployed to', async () => {
  expect(await check(credentials)).toEqual({ code: 0, output: 'Deploying to 123456789012 in eu-central-1\n' });
});

it('says in one line how to sign in', async () => {
  const output = 'No AWS credentials: set AWS_PROFILE, or sign in with aws sso login or aws configure\n';
  expect(await check({})).toEqual({ code: 1, output });
});

it('says in one line that a Region is missing', async () => {
  const output = 'No AWS Region: set AWS_REGION, or the region of your AWS profile\n';
  expect(await check({ ...credentials, AWS_DEFAULT_REGION: '' })).toEqual({ code: 1, output });
});

it.each([
  [
    'expired credentials',
    'GetCallerIdentity',
    error('ExpiredToken', 'The security token included in the request is expired'),
    'The AWS credentials have expired: sign in again, e.g. with aws sso login',
  ],
  [
    'credentials of nobody',
    'GetCallerIdentity',
    error('InvalidClientTokenId', 'The security token included in the request is invalid.'),
    'The AWS credentials were not accepted: The security token included in the request is invalid.',
  ],
  [
    'an account that is not bootstrapped',
    'DescribeStacks',
    error('ValidationError', 'Stack with id CDKToolkit does not exist'),
    '123456789012 is not bootstrapped in eu-central-1: run npx cdk bootstrap 123456789012/eu-central-1',
  ],
  [
    'credentials without the right to ask',
    'DescribeStacks',
    error('AccessDenied', 'User is not authorized to perform: cloudformation:DescribeStacks'),
    'CloudFormation in eu-central-1 refused to be asked: User is not authorized to perform: cloudformation:DescribeStacks',
  ],
])('says in one line what to do about %s', async (_title, action, body, line) => {
  answers[action] = [400, body];
  expect(await check(credentials)).toEqual({ code: 1, output: `${line}\n` });
});
