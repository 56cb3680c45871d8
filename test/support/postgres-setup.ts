import { chmod, mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { grantApplication } from '../../functions/migrate/grant-application.ts';
import { migrate } from '../../functions/migrate/migrate.ts';
import { startPostgres } from '../../local/postgres/server.ts';
import { openDatabaseUrl } from '../../operate/target/database-url.ts';
import { applicationRole } from '../../schema/roles.ts';

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string;
    /** The role that the functions connect as, with its rights in every test's database. */
    applicationRole: { username: string; password: string };
  }
}

/** One server for the whole run, with a migrated template that each test's database is cloned from. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(await roomyFolder(), 'supplier-import-test-'));
  // PostgreSQL refuses root: another user may have to pass through.
  await chmod(directory, 0o711);
  const server = await startPostgres(join(directory, 'postgres'), {
    flags: ['-c', 'fsync=off', '-c', 'max_connections=200'],
  });
  // Of every test, and of the commands that tests run. Not sooner: PostgreSQL's user may have to pass through what is above it.
  process.env.TMPDIR ??= directory;
  const administrator = openDatabaseUrl(server.url('postgres'));
  await administrator.execute('create database template_migrated');
  const template = openDatabaseUrl(server.url('template_migrated'));
  await migrate(template, 'schema/migrations');
  const credentials = { username: applicationRole, password: 'local' };
  await grantApplication(template, credentials, 100);
  await template.$client.end();
  await administrator.$client.end();
  project.provide('postgresUrl', server.url('postgres'));
  project.provide('applicationRole', credentials);
  return async () => {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  };
}

/** Each test's database is 300 files to make and to delete: in memory that is a third of the work, where Linux has room there. */
async function roomyFolder(): Promise<string> {
  const memory = '/dev/shm';
  const { bavail, bsize } = await statfs(memory).catch(() => ({ bavail: 0, bsize: 0 }));
  return bavail * bsize > 4 * 1024 ** 3 ? memory : tmpdir();
}
