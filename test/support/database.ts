import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { inject, onTestFinished } from 'vitest';
import type { Database } from '../../functions/shared/database/database.ts';
import { openDatabaseUrl } from '../../operate/target/database-url.ts';

export type TestDatabase = { database: Database; url: string };

/** An empty migrated database of its own for one test, dropped when the test ends. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const serverUrl = new URL(inject('postgresUrl'));
  const administrator = postgres(serverUrl.href, { max: 1, onnotice: () => {} });
  await administrator.unsafe(`create database ${name} template template_migrated`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const database = openDatabaseUrl(url.href, 8);
  onTestFinished(async () => {
    await database.$client.end({ timeout: 5 });
    await administrator.unsafe(`drop database ${name} with (force)`);
    await administrator.end();
  });
  return { database, url: url.href };
}
