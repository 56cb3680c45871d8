import { createHmac, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import postgres from 'postgres';
import { databaseName, ownerRole } from '../../schema/roles.ts';
import type { Template } from '../aws/template/template.ts';
import type { Wiring } from '../aws/template/wiring.ts';
import { initialPassword, type PostgresServer } from './server.ts';
import { type Supervision, startSupervisedPostgres } from './supervised.ts';

export type LocalDatabase = {
  /** As the owner of the schema. */
  url: string;
  /** Of the roles that the stack creates: the same whenever it starts over the same folder, and no other folder's. */
  passwordOf(username: string): string;
  stop(): Promise<void>;
};

/** The database named by DATABASE_URL, or an embedded server over `directory` that ends with the stack. */
export async function databaseFor(directory: string, supervision: Supervision): Promise<LocalDatabase> {
  const given = process.env.DATABASE_URL;
  // Roles belong to the server, which stacks over several folders may share.
  const secret = (given && new URL(given).password) || (await folderSecret(directory));
  const passwordOf = (username: string) => createHmac('sha256', secret).update(username).digest('base64url');
  if (given) return { url: given, passwordOf, stop: async () => {} };
  const server = await startSupervisedPostgres(join(directory, 'postgres'), supervision);
  try {
    const password = passwordOf(ownerRole);
    await replaceInitialPassword(server, password);
    const administrator = postgres(server.url('postgres', password), { max: 1 });
    const found = await administrator`select from pg_database where datname = ${databaseName}`;
    if (found.length === 0) await administrator`create database ${administrator(databaseName)}`;
    await administrator.end();
    return { url: server.url(databaseName, password), passwordOf, stop: server.stop };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** What all passwords of a state folder are made from; whoever may read it may read the data as well. */
async function folderSecret(directory: string): Promise<string> {
  await mkdir(directory, { recursive: true });
  const file = join(directory, 'database-secret');
  await writeFile(file, randomBytes(32).toString('base64url'), { flag: 'wx', mode: 0o600 }).catch((error: Error) => {
    if (!('code' in error) || error.code !== 'EEXIST') throw error;
  });
  return readFile(file, 'utf8');
}

/** A new server has its initial password still, and so has one of before there were others. */
async function replaceInitialPassword(server: Pick<PostgresServer, 'url'>, password: string): Promise<void> {
  const administrator = postgres(server.url('postgres', initialPassword), { max: 1 });
  try {
    // ALTER ROLE takes no parameters; base64url needs no escaping.
    await administrator.unsafe(`alter role ${ownerRole} password '${password}'`);
  } catch (error) {
    const refused = error instanceof postgres.PostgresError && error.code === '28P01';
    if (!refused) throw error;
  } finally {
    await administrator.end();
  }
}

/**
 * The secrets of the template as RDS would fill them in: the owner's is that of `database.url`, any other role is one
 * that migrate creates.
 */
export function databaseSecrets(template: Template, wiring: Wiring, database: LocalDatabase): Map<string, string> {
  const url = new URL(database.url);
  const server = {
    host: url.hostname,
    port: Number(url.port || 5432),
    dbname: url.pathname.slice(1),
    sslmode: 'disable',
  };
  const owner = { username: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
  const secrets = wiring.secrets.map(({ logicalId, arn }): [string, string] => {
    const username = usernameOf(template, logicalId);
    const role = username === ownerRole ? owner : { username, password: database.passwordOf(username) };
    return [arn, JSON.stringify({ ...server, ...role })];
  });
  return new Map(secrets);
}

/** The name that CDK puts into `GenerateSecretString.SecretStringTemplate`, which is JSON text, maybe in an Fn::Join. */
function usernameOf(template: Template, logicalId: string): string {
  const generate = JSON.stringify(template.Resources[logicalId]?.Properties.GenerateSecretString ?? {});
  const [, username] = /\\"username\\":\\"(\w+)\\"/.exec(generate) ?? [];
  if (username === undefined) throw new Error(`The secret ${logicalId} of the template names no database user`);
  return username;
}
