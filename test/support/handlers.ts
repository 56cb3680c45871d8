import { createServer } from 'node:http';
import { inject, onTestFinished, vi } from 'vitest';
import { createSecretsManager } from '../../local/aws/secrets/secrets-manager.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';

const secretArn = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:Database';

/** Calls a function's handler with an event that arrives as JSON, as it does in Lambda. */
export type Invoke = (name: string, event: unknown) => Promise<Record<string, unknown>>;

/**
 * Freshly loaded handlers, as in a new execution environment, over a database of the test's own, to which they connect
 * with the rights of the application and no others. The buckets and the queue are those of `useServices`; `environment`
 * are further variables of the functions. `invoked` are the names of those that were called.
 */
export async function startHandlers(
  environment: Record<string, string>,
): Promise<TestDatabase & { invoke: Invoke; invoked: ReadonlySet<string> }> {
  const secrets = new Map<string, string>();
  const server = createServer(createSecretsManager(secrets));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const own = await createTestDatabase();
  const { hostname: host, port: databasePort, pathname } = new URL(own.url);
  const database = { host, port: databasePort, dbname: pathname.slice(1), sslmode: 'disable' };
  const secret = { ...database, ...inject('applicationRole') };
  secrets.set(secretArn, JSON.stringify(secret));
  vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', `http://127.0.0.1:${port}`);
  vi.stubEnv('DATABASE_SECRET_ARN', secretArn);
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  vi.resetModules();
  const { connectDatabase } = await import('../../functions/shared/database/database.ts');
  onTestFinished(async () => {
    await (await connectDatabase()).$client.end();
    server.closeAllConnections();
    server.close();
  });
  const invoked = new Set<string>();
  return {
    ...own,
    invoked,
    async invoke(name, event) {
      invoked.add(name);
      const { handler } = await import(`../../functions/${name}/handler.ts`);
      return handler(JSON.parse(JSON.stringify(event)));
    },
  };
}
