import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import type { Database } from '../../functions/shared/database/database.ts';
import { localTarget, type Target } from '../../operate/target/clients.ts';
import { openDatabaseUrl } from '../../operate/target/database-url.ts';
import { type Endpoints, endpointsSchema } from '../../operate/target/endpoints.ts';
import { type RunningCommand, startCommand } from '../end-to-end/run-command.ts';
import type { FaultyStorage } from './faulty-storage.ts';
import { keepStopped, stopPostgres } from './postgres-outage.ts';

export type ChaosStack = {
  directory: string;
  /** Of the process that runs now. */
  command: RunningCommand;
  endpoints: Endpoints;
  target: Target;
  /** Starts the stack over what the killed one left; returns what was started again. */
  restart(): Promise<string[]>;
  inDatabase<T>(use: (database: Database) => Promise<T>): Promise<T>;
  /** Keeps PostgreSQL from running until `until` is done; the stack then starts it again by itself. */
  withoutPostgres(until: () => Promise<unknown>): Promise<void>;
};

const startedSchema = z.object({ endpoints: endpointsSchema, restarted: z.array(z.string()) });

/** The local stack in a process that may be killed, its functions' S3 and SQS behind `storage`; all of it ends with the test. */
export async function startChaosStack(storage: FaultyStorage, allowImageHosts: string[]): Promise<ChaosStack> {
  const directory = await mkdtemp(join(tmpdir(), 'supplier-import-chaos-'));
  const state = join(directory, 'state');
  const postgres = join(state, 'postgres');
  // Run last: the stack's own process has stopped the server by then, unless it was killed.
  onTestFinished(async () => {
    await stopPostgres(postgres);
    await rm(directory, { recursive: true, force: true });
  });

  const environment = {
    AWS_ENDPOINT_URL_S3: storage.endpoint,
    AWS_ENDPOINT_URL_SQS: storage.endpoint,
    // The same after every restart, whatever the port.
    IMAGES_BASE_URL: 'https://images.invalid',
  };
  const start = async () => {
    const options = { directory: state, allowImageHosts, environment };
    const command = startCommand('test/chaos/stack-process.ts', [JSON.stringify(options)], '.');
    await command.waitFor(' STARTED\n');
    const [, json = ''] = /^STARTED (.*) STARTED$/m.exec(command.output().stdout) ?? [];
    const { endpoints, restarted } = startedSchema.parse(JSON.parse(json));
    storage.upstream = endpoints.s3;
    return { command, endpoints, target: localTarget(endpoints), restarted };
  };
  const { restarted: _none, ...first } = await start();
  const stack: ChaosStack = {
    directory,
    ...first,
    restart: async () => {
      storage.upstream = null;
      const { restarted, ...next } = await start();
      Object.assign(stack, next);
      return restarted;
    },
    inDatabase: async (use) => {
      const database = openDatabaseUrl(stack.endpoints.databaseUrl);
      try {
        return await use(database);
      } finally {
        await database.$client.end();
      }
    },
    withoutPostgres: (until) => keepStopped(postgres, until()),
  };
  return stack;
}
