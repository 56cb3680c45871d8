/** The local stack for benches that run the whole system. */
import { join } from 'node:path';
import { DescribeExecutionCommand, GetExecutionHistoryCommand, type HistoryEvent } from '@aws-sdk/client-sfn';
import { sql } from 'drizzle-orm';
import type { Database } from '../functions/shared/database/database.ts';
import { environmentOf } from '../local/aws/lambda/environment.ts';
import { buildStack } from '../local/build.ts';
import { startStack } from '../local/stack.ts';
import { dropSpreadsheet, followImport } from '../operate/executions/follow-import.ts';
import { describeProgress } from '../operate/executions/progress.ts';
import { localTarget, type Target } from '../operate/target/clients.ts';
import { openDatabaseUrl } from '../operate/target/database-url.ts';
import type { Endpoints } from '../operate/target/endpoints.ts';
import type { ImportSummary } from '../workflows/payloads/summary.ts';
import type { Context } from './bench.ts';

let built: Promise<unknown> | undefined;

export type BenchStack = { endpoints: Endpoints; target: Target; database: Database };

/** Starts the stack built once for all benches of a run; it ends with the bench. */
export async function startBenchStack(context: Context, allowImageHosts: string[]): Promise<BenchStack> {
  context.show('building the functions and starting the stack');
  if (context.build) {
    built ??= buildStack();
    await built;
  }
  const stack = await startStack({
    directory: join(context.directory, 'stack'),
    port: 0,
    allowImageHosts,
    onLog: () => {},
  });
  context.onEnd(stack.close);
  const database = openDatabaseUrl(stack.endpoints.databaseUrl);
  context.onEnd(() => database.$client.end({ timeout: 5 }));
  // Whoever looks shares the process with what is measured.
  const target = { ...localTarget(stack.endpoints), pollMilliseconds: 1000 };
  return { endpoints: stack.endpoints, target, database };
}

export type TimedImport = {
  executionArn: string;
  summary: ImportSummary;
  /** From the start of the execution to its end, as it says itself. */
  seconds: number;
  /** From entering to leaving each state of ProductImport, all its visits together. */
  stateSeconds: Record<string, number>;
};

/** Drops a file and waits for its import. Throws where the import fails. */
export async function importFile(
  { target }: BenchStack,
  file: string,
  show: Context['show'],
  supplier = 'northwind',
): Promise<TimedImport> {
  const executionArn = await dropSpreadsheet(target, file, supplier);
  const { summary, error } = await followImport(target, executionArn, (now) => show(describeProgress(now)));
  if (summary === null) throw new Error(`The import failed: ${error?.name} ${error?.message}`);
  const execution = await target.stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
  const stateSeconds = durations(await history(target, executionArn));
  return { executionArn, summary, seconds: secondsBetween(execution.startDate, execution.stopDate), stateSeconds };
}

async function history(target: Target, executionArn: string): Promise<HistoryEvent[]> {
  const all: HistoryEvent[] = [];
  let nextToken: string | undefined;
  do {
    const page = await target.stepFunctions.send(
      new GetExecutionHistoryCommand({ executionArn, nextToken, maxResults: 1000, includeExecutionData: false }),
    );
    all.push(...(page.events ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return all;
}

function durations(events: readonly HistoryEvent[]): Record<string, number> {
  const entered = new Map<string, Date | undefined>();
  const seconds: Record<string, number> = {};
  for (const { timestamp, stateEnteredEventDetails, stateExitedEventDetails } of events) {
    if (stateEnteredEventDetails?.name) entered.set(stateEnteredEventDetails.name, timestamp);
    const name = stateExitedEventDetails?.name;
    // A state in a loop is entered several times.
    if (name) seconds[name] = (seconds[name] ?? 0) + secondsBetween(entered.get(name), timestamp);
  }
  // Choices and passes take none; they would only fill the table.
  return Object.fromEntries(Object.entries(seconds).filter(([, spent]) => spent >= 0.005));
}

function secondsBetween(from: Date | undefined, to: Date | undefined): number {
  return ((to?.getTime() ?? Number.NaN) - (from?.getTime() ?? Number.NaN)) / 1000;
}

/** Forgets every import, product and image: the next import of the same file is a first one. */
export async function emptyDatabase({ database }: BenchStack): Promise<void> {
  const tables = await database.execute<{ name: string }>(
    sql`select quote_ident(relname) as name from pg_stat_user_tables where schemaname = 'public'`,
  );
  await database.execute(sql.raw(`truncate ${tables.map(({ name }) => name).join(', ')}`));
}

/** The environment of a function on this stack, for running it in a process of its own. */
export function functionEnvironment(
  { endpoints }: BenchStack,
  name: string,
  environment: Record<string, string>,
): Record<string, string> {
  const definition = {
    name,
    arn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
    bundle: '',
    timeoutSeconds: 900,
    memoryMegabytes: 3008,
    environment: { AWS_ENDPOINT_URL_S3: endpoints.s3, ...environment },
  };
  return environmentOf(definition, process.env);
}
