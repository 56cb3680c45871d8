import { connect } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { invocationsPath, signed, startControl, stateMachineArn } from './control.ts';
import { bytesOf, exchange, hostileRequests, statusesOf } from './raw-requests.ts';

const hostile = hostileRequests({
  paths: [
    invocationsPath,
    '/2015-03-31/functions/%E0%A4%A/invocations',
    '/2015-03-31/functions//invocations',
    '/2015-03-31/functions/%00/invocations?Qualifier=%',
  ],
  headers: [
    ...['StartExecution', 'DescribeExecution', 'ListExecutions', 'toString', '__proto__'].map(
      (operation) => `X-Amz-Target: AWSStepFunctions.${operation}`,
    ),
    'X-Amz-Target: secretsmanager.GetSecretValue',
    'X-Amz-Target: secretsmanager.',
  ],
  bodies: [
    '{"SecretId":1}',
    '{"__proto__":null}',
    `{"stateMachineArn":"${stateMachineArn}","name":"a/b"}`,
    `{"stateMachineArn":"${stateMachineArn}","input":"{"}`,
  ],
});

describe('the control port', () => {
  it('answers whatever is sent to it, and not by an error of its own', async () => {
    const { endpoint } = await startControl();
    await fc.assert(
      fc.asyncProperty(hostile, async (request) => {
        const statuses = statusesOf(await exchange(endpoint, bytesOf(request)));
        expect(statuses).not.toEqual([]);
        expect(Math.max(...statuses)).toBeLessThan(500);
      }),
      { numRuns: 400 },
    );
  });

  it('answers requests that come in one piece, one by one', async () => {
    const { endpoint } = await startControl();
    const request = { method: 'POST', path: '/', headers: [], body: '{}' };
    // The answer to a mistake ends the connection: what follows it is not answered, and not served.
    expect(statusesOf(await exchange(endpoint, bytesOf(request).repeat(5)))).toEqual([400]);
    const list = { ...request, headers: ['X-Amz-Target: AWSStepFunctions.ListStateMachines'] };
    expect(statusesOf(await exchange(endpoint, bytesOf(list).repeat(5)))).toEqual([200, 200, 200, 200, 200]);
  });

  it('goes on when requests end in the middle, are no HTTP, or never come', async () => {
    const { endpoint, send } = await startControl();
    const silent = connect(Number(new URL(endpoint).port), '127.0.0.1');
    onTestFinished(() => void silent.destroy());
    silent.write('POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n\r\n{');
    await fc.assert(
      fc.asyncProperty(hostile, fc.double({ min: 0, max: 1, noNaN: true }), async (request, share) => {
        const bytes = bytesOf(request);
        await exchange(endpoint, bytes.slice(0, Math.floor(bytes.length * share)));
      }),
      { numRuns: 100 },
    );
    const chunked = `POST ${invocationsPath} HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`;
    for (const bytes of [
      '\x16\x03\x01\x02',
      'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n',
      'GET / HTTP/9.9\r\n\r\n',
      chunked,
    ]) {
      await exchange(endpoint, bytes);
    }
    expect((await send('/', { headers: { 'x-amz-target': 'AWSStepFunctions.ListStateMachines' } })).status).toBe(200);
  });

  it('answers where a service fails in an unforeseen way', async () => {
    const fails = () => {
      throw new Error('unforeseen');
    };
    const { send } = await startControl({ stepFunctions: fails });
    expect((await send('/')).status).toBe(500);
  });

  it.each([
    ['GET', { method: 'GET' }, 405],
    ['HEAD', { method: 'HEAD' }, 405],
    ['a form', { body: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 403],
    ['an unsigned POST', { body: '{}' }, 403],
    ['a page of another site', { body: '{}', headers: { ...signed, 'sec-fetch-site': 'cross-site' } }, 403],
    ['a page of another port', { body: '{}', headers: { ...signed, 'sec-fetch-site': 'same-site' } }, 403],
    ['a body beyond all limits', { body: ' '.repeat(8_000_000), headers: signed }, 413],
  ])('invokes nothing for %s', async (_, init, status) => {
    const { send, count } = await startControl();
    expect((await send(invocationsPath, init)).status).toBe(status);
    expect(await count()).toBe(1);
  });

  it('serves a page that it served itself', async () => {
    const { endpoint, send } = await startControl();
    const headers = { ...signed, origin: endpoint, 'sec-fetch-site': 'same-origin' };
    const answer = await send(invocationsPath, { body: '{}', headers });
    expect(answer.status).toBe(200);
  });
});
