import { join } from 'node:path';
import postgres from 'postgres';
import { databaseName, ownerRole } from '../infrastructure/database.ts';
import type { Template } from './aws/template/template.ts';
import type { Wiring } from './aws/template/wiring.ts';
import { startPostgres } from './postgres.ts';

export type LocalDatabase = {
  /** As the owner of the schema. */
  url: string;
  stop(): Promise<void>;
};

/** Password of the roles that the stack creates: it guards a server on loopback with a laptop's data. */
const localPassword = 'local';

/** The database named by DATABASE_URL, or an embedded server over `directory` that ends with the stack. */
export async function databaseFor(directory: string): Promise<LocalDatabase> {
  const given = process.env.DATABASE_URL;
  if (given) return { url: given, stop: async () => {} };
  const server = await startPostgres(join(directory, 'postgres'));
  const administrator = postgres(server.url('postgres'), { max: 1 });
  const found = await administrator`select from pg_database where datname = ${databaseName}`;
  if (found.length === 0) await administrator`create database ${administrator(databaseName)}`;
  await administrator.end();
  return { url: server.url(databaseName), stop: server.stop };
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
    const role = username === ownerRole ? owner : { username, password: localPassword };
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
