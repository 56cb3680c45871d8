import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetSecretValueCommand, ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { expect, it, onTestFinished } from 'vitest';
import { createSecretsManager } from '../../../../local/aws/secrets/secrets-manager.ts';

const arn = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:Database-x1y2z3';

async function start() {
  const server = createServer(createSecretsManager(new Map([[arn, '{"port":5432}']])));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = new SecretsManagerClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  onTestFinished(() => {
    client.destroy();
    server.close();
  });
  return { client, port };
}

it.each([
  ['ARN', arn],
  ['name', 'Database-x1y2z3'],
])('a secret is found by its %s', async (_, SecretId) => {
  const { client } = await start();
  const secret = await client.send(new GetSecretValueCommand({ SecretId }));
  expect(secret).toMatchObject({ ARN: arn, Name: 'Database-x1y2z3', SecretString: '{"port":5432}' });
});

it('a secret that is not there is refused by name', async () => {
  const { client } = await start();
  const missing = client.send(new GetSecretValueCommand({ SecretId: 'Other' }));
  await expect(missing).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: expect.stringContaining('Other'),
  });
});

it('other operations are refused', async () => {
  const { client } = await start();
  await expect(client.send(new ListSecretsCommand({}))).rejects.toMatchObject({ name: 'UnknownOperationException' });
});

it.each([
  ['an Origin', { origin: 'https://shop.example' }, '{}', 403],
  ['no JSON', {}, '{', 400],
])('a request with %s is refused', async (_, headers, body, status) => {
  const { port } = await start();
  const response = await fetch(`http://127.0.0.1:${port}`, {
    method: 'POST',
    headers: { 'x-amz-target': 'secretsmanager.GetSecretValue', ...headers },
    body,
  });
  expect(response.status).toBe(status);
});
