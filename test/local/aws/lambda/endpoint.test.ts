import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { expect, it, onTestFinished } from 'vitest';
import { createInvokeEndpoint } from '../../../../local/aws/lambda/endpoint.ts';
import { startFunctions } from './bundles.ts';

async function startEndpoint(sources: Parameters<typeof startFunctions>[0]) {
  const server = createServer(createInvokeEndpoint(await startFunctions(sources)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = new LambdaClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  onTestFinished(() => {
    client.destroy();
    server.closeAllConnections();
    server.close();
  });
  return (FunctionName: string) => client.send(new InvokeCommand({ FunctionName, Payload: '{"a":1}' }));
}

it('answers with what the function returned', async () => {
  const invoke = await startEndpoint({ echo: 'export const handler = async (event) => event;' });
  const { Payload, FunctionError } = await invoke('echo');
  expect(Payload?.transformToString()).toBe('{"a":1}');
  expect(FunctionError).toBeUndefined();
});

it('answers an error of the function with its type, message and trace', async () => {
  const invoke = await startEndpoint({ fail: "export const handler = async () => { throw new RangeError('no'); };" });
  const { Payload, FunctionError } = await invoke('fail');
  expect(FunctionError).toBe('Unhandled');
  expect(JSON.parse(Payload?.transformToString() ?? '')).toMatchObject({
    errorType: 'RangeError',
    errorMessage: 'no',
    trace: expect.arrayContaining(['RangeError: no']),
  });
});

it.each([
  ['throttled', { reservedConcurrency: 0 }, 'none', 'TooManyRequestsException', 429],
  ['not there', {}, 'other', 'ResourceNotFoundException', 404],
])('refuses to invoke a function that is %s', async (_, settings, name, exception, httpStatusCode) => {
  const invoke = await startEndpoint({ none: { source: 'export const handler = async () => 1;', ...settings } });
  await expect(invoke(name)).rejects.toMatchObject({ name: exception, $metadata: { httpStatusCode } });
});
