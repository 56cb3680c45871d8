import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { z } from 'zod';
import * as schema from '../../../schema/index.ts';
import { DatabaseUnavailableError } from '../../../workflows/errors.ts';
import { environment } from '../runtime/environment.ts';

export type Database = PostgresJsDatabase<typeof schema> & { $client: postgres.Sql };
export type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0];

/** The JSON that RDS writes into its secrets; `sslmode` is ours, absent means verify-full. */
const secretSchema = z.object({
  host: z.string(),
  port: z.coerce.number(),
  dbname: z.string(),
  username: z.string(),
  password: z.string(),
  sslmode: z.enum(['verify-full', 'disable']).default('verify-full'),
});

/** Idle seconds after which a function closes its connection itself, and makes a new one. */
const idleSeconds = 60;
/** After which the server closes it: a frozen Lambda runs no timer. Longer, so that no statement meets a closed one. */
export const idleSessionSeconds = 2 * idleSeconds;

/**
 * Opens a database over one connection: a Lambda environment handles one event at a time. Connections are made on the
 * first statement and closed after 60 idle seconds.
 */
export function openDatabase(options: postgres.Options<Record<never, postgres.PostgresType>>): Database {
  const client = postgres({ max: 1, idle_timeout: idleSeconds, connect_timeout: 10, onnotice: () => {}, ...options });
  return drizzle(client, { schema });
}

let connection: Promise<Database> | undefined;
let usedAt = 0;

/**
 * The function's database, from the secret named by DATABASE_SECRET_ARN; one per execution environment. Asked for at the
 * start of an invocation: after a long time without one, which the environment may have spent frozen, the connection is
 * not trusted and another is made.
 */
export async function connectDatabase(now: () => number = Date.now): Promise<Database> {
  const isStale = now() - usedAt >= idleSeconds * 1000;
  usedAt = now();
  if (isStale && connection !== undefined) {
    const former = connection;
    connection = undefined;
    await (await former).$client.end({ timeout: 0 });
  }
  connection ??= connect().catch((error: unknown) => {
    connection = undefined;
    throw error;
  });
  return connection;
}

async function connect(): Promise<Database> {
  const arn = environment('DATABASE_SECRET_ARN');
  const secret = await readDatabaseSecret(arn);
  return openDatabase({
    host: secret.host,
    port: secret.port,
    database: secret.dbname,
    username: secret.username,
    // Asked for at every connection: the password may have been rotated since this environment started.
    password: async () => (await readDatabaseSecret(arn)).password,
    ssl: secret.sslmode === 'disable' ? false : 'verify-full',
  });
}

/** Reads a secret as RDS writes it; throws where it is missing or lacks a field. */
export async function readDatabaseSecret(arn: string): Promise<z.output<typeof secretSchema>> {
  const { SecretString } = await new SecretsManagerClient({}).send(new GetSecretValueCommand({ SecretId: arn }));
  return secretSchema.parse(JSON.parse(SecretString ?? '{}'));
}

/**
 * SQLSTATE classes that a later try may not meet again: connection exceptions (08), insufficient resources (53),
 * operator intervention such as shutdown (57P), serialization failures and deadlocks (40), and a password that is being
 * rotated (28P01).
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const transientState = /^(08|53|57P|40|28P01)/;
const transientCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'CONNECT_TIMEOUT',
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
]);

/** Runs `work`, turning what a later try may cure into {@link DatabaseUnavailableError}; other errors pass as they are. */
export async function withDatabaseErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = postgresCode(error);
    if (code !== undefined && (transientCodes.has(code) || transientState.test(code))) {
      throw new DatabaseUnavailableError(`The database is unavailable: ${code}`, { cause: error });
    }
    throw error;
  }
}

/** Drizzle wraps the driver's error: the code is found along the chain of causes. */
function postgresCode(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string') return cause.code;
  }
  return undefined;
}
