import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeExecutionCommand, GetExecutionHistoryCommand, ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { sql } from 'drizzle-orm';
import { expect, it, onTestFinished } from 'vitest';
import { generateCatalog } from '../../local/demo/sample/catalog.ts';
import { startSampleCdn } from '../../local/demo/sample/cdn.ts';
import { verifyStoredImages } from '../../local/demo/verify-demo.ts';
import { dropSpreadsheet, followImport } from '../../operate/executions/follow-import.ts';
import { countImages } from '../../operate/executions/image-counts.ts';
import type { Target } from '../../operate/target/clients.ts';
import { openDatabaseUrl } from '../../operate/target/database-url.ts';
import type { Endpoints } from '../../operate/target/endpoints.ts';
import { imports, products } from '../../schema/index.ts';
import { startCommand } from './run-command.ts';
import { type Laptop, startLaptop } from './start-laptop.ts';

/** Small pictures: what they look like proves nothing here. */
const sample = { seed: 11, images: 120, faults: false, longestSide: 160 };
/** Requests that the CDN answers between the two kills: neither kill can come too late. */
const answeredBetween = 40;
/** Three starts of the whole stack in processes of their own, and an import and a half. */
const patience = 300_000;

it(
  'loses nothing when npm start is killed during "Write products", and once more during "Convert images"',
  async () => {
    const directory = await mkdtemp(join(tmpdir(), 'supplier-import-kill-'));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    const kills = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
    let answered = 0;
    const cdn = await startSampleCdn({
      ...sample,
      beforeAnswer: async () => {
        await kills[0].promise;
        answered += 1;
        if (answered > answeredBetween) await kills[1].promise;
      },
    });
    onTestFinished(cdn.close);
    const catalog = await generateCatalog({ ...sample, baseUrl: cdn.url, products: 30 });
    const file = join(directory, 'catalog.xlsx');
    await writeFile(file, catalog.xlsx);
    const start = () => startLaptop(directory, ['--allow-image-host', new URL(cdn.url).host]);

    const first = await start();
    const firstArn = await dropSpreadsheet(first.target, file, 'northwind');
    await killDuring('Write products', first, firstArn);
    kills[0].resolve();
    const second = await start();
    const secondArn = await startedAgain(second, firstArn, 'Write products');
    await killDuring('Convert images', second, secondArn);
    kills[1].resolve();
    const restarted = await start();
    await startedAgain(restarted, secondArn, 'Convert images');
    const sweep = startCommand('operate/sweep.ts', ['--state', join(directory, 'state'), '--json'], '.');
    expect({ code: await sweep.exited, stderr: sweep.output().stderr }).toEqual({ code: 0, stderr: '' });

    const database = openDatabaseUrl(restarted.endpoints.databaseUrl);
    onTestFinished(() => database.$client.end());
    const { expected } = catalog;
    expect(await database.select().from(imports)).toMatchObject([{ status: 'completed', errorMessage: null }]);
    expect(await database.$count(products)).toBe(expected.products);
    expect(await countImages(database)).toMatchObject({
      distinct: expected.images.length,
      converted: expected.images.length,
      waiting: 0,
    });
    const { s3, imagesBucket } = restarted.target;
    const checks = await verifyStoredImages({ expected: expected.images, database, s3, bucket: imagesBucket });
    expect(checks.filter((check) => check.actual !== check.expected)).toEqual([]);
    // Ctrl-C ends PostgreSQL with it.
    restarted.command.process.kill('SIGINT');
    expect(await restarted.command.exited).toBe(0);
    await expect(database.execute(sql`select 1`)).rejects.toThrow();
  },
  patience,
);

async function killDuring(state: string, laptop: Laptop, executionArn: string): Promise<void> {
  await reaches(laptop, executionArn, state);
  laptop.command.process.kill('SIGKILL');
  await laptop.command.exited;
}

/** Expects that the execution was killed in the state, ended, and its file started again; returns the ARN of the new execution. */
async function startedAgain({ command, target }: Laptop, killedArn: string, state: string): Promise<string> {
  const { stepFunctions, productImportArn } = target;
  const { status } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn: killedArn }));
  expect(status).toBe('ABORTED');
  const { events = [] } = await stepFunctions.send(
    new GetExecutionHistoryCommand({ executionArn: killedArn, reverseOrder: true }),
  );
  expect(events.find((event) => event.stateEnteredEventDetails)?.stateEnteredEventDetails?.name).toBe(state);
  expect(command.output().stdout).toContain('northwind/catalog.xlsx was interrupted: started again');
  const { executions = [] } = await stepFunctions.send(
    new ListExecutionsCommand({ stateMachineArn: productImportArn }),
  );
  // The last one comes first.
  return executions[0]?.executionArn ?? '';
}

/** Resolves as soon as the execution is in the state, with some images converted where the state converts them. */
async function reaches(
  { target, endpoints }: { target: Target; endpoints: Endpoints },
  executionArn: string,
  state: string,
): Promise<void> {
  const database = openDatabaseUrl(endpoints.databaseUrl);
  const there = new AbortController();
  const reached = followImport({ ...target, pollMilliseconds: 20 }, executionArn, async (now) => {
    if (now.state !== state) return;
    if (state === 'Convert images' && (await countImages(database)).converted < 10) return;
    there.abort();
  });
  await Promise.race([
    new Promise((resolve) => there.signal.addEventListener('abort', resolve)),
    reached.then((ended) => Promise.reject(new Error(`The import ended as ${ended.status} before it was killed`))),
  ]);
  reached.catch(() => {});
  await database.$client.end();
}
