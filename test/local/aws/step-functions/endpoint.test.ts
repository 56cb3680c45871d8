import { request } from 'node:http';
import { expect, it } from 'vitest';
import { startStepFunctions } from '../../../support/step-functions.ts';
import { machineArn, single } from '../../../support/step-functions-definitions.ts';

type Call = { target?: string; headers?: Record<string, string>; method?: string; body?: string | Buffer };

/** A raw request, since fetch may set neither Host nor Origin. */
async function call(
  endpoint: string,
  { target = 'AWSStepFunctions.ListStateMachines', headers, method = 'POST', body = '{}' }: Call,
) {
  const { promise, resolve, reject } = Promise.withResolvers<{ status?: number; type?: string; body: string }>();
  const outgoing = request(endpoint, { method, headers: { 'x-amz-target': target, ...headers } }, (response) => {
    let text = '';
    response.on('data', (chunk) => {
      text += chunk;
    });
    response.on('end', () =>
      resolve({ status: response.statusCode, type: response.headers['content-type'], body: text }),
    );
  });
  outgoing.on('error', reject);
  outgoing.end(body);
  return promise;
}

const start = async () => {
  const { endpoint } = await startStepFunctions({ standard: { Echo: single('Echo', { Type: 'Pass' }) } });
  return endpoint;
};

it('speaks AWS JSON 1.0, with dates in seconds', async () => {
  const answer = await call(await start(), {
    target: 'AWSStepFunctions.StartExecution',
    body: JSON.stringify({ stateMachineArn: machineArn('Echo'), name: 'one' }),
  });
  expect(answer).toMatchObject({ status: 200, type: 'application/x-amz-json-1.0' });
  const { executionArn, startDate } = JSON.parse(answer.body);
  expect(executionArn).toMatch(/:execution:Echo:one$/);
  expect(Math.abs(startDate - Date.now() / 1000)).toBeLessThan(60);
});

it.each([
  [
    'an operation that is not emulated',
    { target: 'AWSStepFunctions.CreateActivity' },
    400,
    'UnknownOperationException',
  ],
  [
    'a property of every object as operation',
    { target: 'AWSStepFunctions.constructor' },
    400,
    'UnknownOperationException',
  ],
  ['no operation', { target: '' }, 400, 'UnknownOperationException'],
  ['a GET', { method: 'GET', body: '' }, 400, 'UnknownOperationException'],
  ['a body that is not JSON', { body: '{"a' }, 400, 'SerializationException'],
  ['a body of another shape', { body: '[1]' }, 400, 'ValidationException'],
  ['a missing member', { target: 'AWSStepFunctions.DescribeExecution' }, 400, 'ValidationException'],
  ['a body over 2 MiB', { body: Buffer.alloc(20 * 1024 * 1024, 0x20) }, 413, 'RequestEntityTooLarge'],
  ['a web page', { headers: { origin: 'https://example.com' } }, 403, 'AccessDeniedException'],
  ['a web page without an origin of its own', { headers: { origin: 'null' } }, 403, 'AccessDeniedException'],
  ['a name that resolves to loopback', { headers: { host: 'evil.example:80' } }, 403, 'AccessDeniedException'],
  [
    'a host that only begins like loopback',
    { headers: { host: 'localhost.evil.example' } },
    403,
    'AccessDeniedException',
  ],
])('refuses %s and goes on serving', async (_, fields, status, type) => {
  const endpoint = await start();
  const answer = await call(endpoint, fields);
  expect(answer.status).toBe(status);
  expect(JSON.parse(answer.body)).toMatchObject({ __type: type, message: expect.any(String) });
  expect((await call(endpoint, {})).status).toBe(200);
});

it.each(['127.0.0.1', 'localhost:4567', '[::1]:80', 'sync-127.0.0.1:4567', 'sync-localhost'])(
  'serves the host %s',
  async (host) => {
    expect((await call(await start(), { headers: { host } })).status).toBe(200);
  },
);
