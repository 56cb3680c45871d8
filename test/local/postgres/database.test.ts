import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { expect, it, onTestFinished, vi } from 'vitest';
import { databaseFor } from '../../../local/postgres/database.ts';
import { initialPassword, startPostgres } from '../../../local/postgres/server.ts';

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'supplier-import-database-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const supervision = {
  onLog: () => {},
  onFailure: (error: Error) => {
    throw error;
  },
};

async function connect(url: string): Promise<unknown> {
  const client = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return (await client`select current_user as name`)[0]?.name;
  } finally {
    await client.end();
  }
}

it('a database of before is opened, and has from then on a password that no other folder has', async () => {
  vi.stubEnv('DATABASE_URL', '');
  onTestFinished(() => void vi.unstubAllEnvs());
  const folder = await temporaryFolder();
  // As `npm start` made them when every password was the same.
  const old = await startPostgres(join(folder, 'postgres'));
  await old.stop();

  const first = await databaseFor(folder, supervision);
  onTestFinished(first.stop);
  expect(await connect(first.url)).toBe('supplier_import_owner');
  const guessed = new URL(first.url);
  guessed.password = initialPassword;
  await expect(connect(guessed.href)).rejects.toMatchObject({ code: '28P01' });
  expect((await stat(join(folder, 'database-secret'))).mode & 0o777).toBe(0o600);
  await first.stop();

  const again = await databaseFor(folder, supervision);
  onTestFinished(again.stop);
  expect(new URL(again.url).password).toBe(new URL(first.url).password);
  expect(await connect(again.url)).toBe('supplier_import_owner');

  const other = await databaseFor(await temporaryFolder(), supervision);
  onTestFinished(other.stop);
  const passwords = [again, other].flatMap((database) => [
    new URL(database.url).password,
    database.passwordOf('supplier_import_application'),
  ]);
  expect(new Set(passwords).size).toBe(4);
});

it('a server that is given keeps its roles’ passwords, whatever folder a stack is over', async () => {
  vi.stubEnv('DATABASE_URL', 'postgres://owner:secret@127.0.0.1:1/db');
  onTestFinished(() => void vi.unstubAllEnvs());
  const databases = await Promise.all(
    [await temporaryFolder(), await temporaryFolder()].map((folder) => databaseFor(folder, supervision)),
  );
  expect(new Set(databases.map(({ passwordOf }) => passwordOf('application'))).size).toBe(1);
});
