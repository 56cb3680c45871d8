import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '../../functions/shared/database/database.ts';
import { type SampleCdn, startSampleCdn } from '../../local/demo/sample/cdn.ts';
import { type Stack, startStack } from '../../local/stack.ts';
import { localTarget, type Target } from '../../operate/target/clients.ts';
import { openDatabaseUrl } from '../../operate/target/database-url.ts';

export type TestStack = {
  stack: Stack;
  target: Target;
  database: Database;
  cdn: SampleCdn;
  /** For files of the test. */
  directory: string;
  logs: string[];
  close(): Promise<void>;
};

/** The whole local stack with the sample supplier's CDN, in a folder of its own. Expects `npm run build`. */
export async function startTestStack(options: {
  seed: number;
  images: number;
  faults?: boolean;
  /** Pixels of a picture's longest side at most. */
  longestSide?: number;
  environment?: Record<string, string>;
  /** `host:port` beside the CDN. */
  imageHosts?: string[];
}): Promise<TestStack> {
  const directory = await mkdtemp(join(tmpdir(), 'supplier-import-stack-'));
  const logs: string[] = [];
  const cdn = await startSampleCdn(options);
  const stack = await startStack({
    directory: join(directory, 'state'),
    port: 0,
    allowImageHosts: [new URL(cdn.url).host, ...(options.imageHosts ?? [])],
    onLog: (line) => logs.push(line),
    environment: options.environment,
  });
  const database = openDatabaseUrl(stack.endpoints.databaseUrl);
  return {
    stack,
    target: localTarget(stack.endpoints),
    database,
    cdn,
    directory,
    logs,
    close: async () => {
      await database.$client.end();
      await stack.close();
      await cdn.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
