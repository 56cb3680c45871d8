import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { DescribeExecutionCommand, ListExecutionsCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { expect, it, onTestFinished } from 'vitest';
import type { Database } from '../../functions/shared/database/database.ts';
import { seededRandom } from '../../local/demo/sample/random.ts';
import { dropSpreadsheet } from '../../operate/executions/follow-import.ts';
import { followSweep, startSweep, waitForBacklog } from '../../operate/executions/run-sweep.ts';
import type { Target } from '../../operate/target/clients.ts';
import { images, imports, productImages, products, suppliers as supplierRows } from '../../schema/index.ts';
import { imageBatchSchema } from '../../workflows/payloads/images.ts';
import { productImportInputSchema } from '../../workflows/payloads/import-states.ts';
import { type ChaosStack, startChaosStack } from './chaos-stack.ts';
import { type FaultyStorage, startFaultyStorage } from './faulty-storage.ts';
import { type FaultySuppliers, startFaultySuppliers } from './faulty-suppliers.ts';
import { conservation, heldByEnded, storageBreaches } from './invariants.ts';
import {
  anyMoment,
  type Chaos,
  killDuringSweep,
  killInImport,
  killInSweep,
  killInUndo,
  lookAhead,
  say,
} from './kills.ts';

/** `npm run chaos` is the long one; `CHAOS_SEED=… npm run chaos` repeats one. */
const isLong = process.env.CHAOS === 'long';
const size = isLong
  ? { images: 320, servers: 4, retryAfterSeconds: 8, outageSeconds: 10, sweeps: 8, patience: 3_600_000 }
  : { images: 60, servers: 3, retryAfterSeconds: 1, outageSeconds: 2, sweeps: 1, patience: 300_000 };
/** When the stack is killed: once each of these states was entered, or at a random moment. The long run goes through all. */
const killed: Record<'import' | 'sweep' | 'undo', readonly string[]> = isLong
  ? {
      import: [
        ...['Admit writers', 'Write products', 'Plan images'],
        ...[anyMoment, anyMoment, anyMoment],
        ...['Take images', 'Convert host', 'Wait for host'],
      ],
      sweep: ['Sweep', 'Wait for lanes'],
      undo: ['Register undo', 'Undo changes', 'Finish undo'],
    }
  : { import: ['Take images', 'Convert host'], sweep: [], undo: [] };
const seed = Number(process.env.CHAOS_SEED ?? (isLong ? Date.now() % 1_000_000 : 4));
const random = seededRandom(seed, 'chaos');
const imagesPerProduct = 4;
/** Requests at once that the supplier allows to a host. */
const limit = 3;

it(
  `loses no image and converts none twice, whatever dies (CHAOS_SEED=${seed})`,
  async () => {
    say(`CHAOS_SEED=${seed}`);
    const suppliers = await startFaultySuppliers({
      seed,
      servers: size.servers,
      images: size.images,
      failPercent: 20,
      milliseconds: 30,
      retryAfterSeconds: size.retryAfterSeconds,
    });
    onTestFinished(suppliers.close);
    const storage = await startFaultyStorage({
      seed,
      refusePercent: 10,
      losePercent: 5,
      imagesBucket: 'supplier-import-images',
    });
    onTestFinished(storage.close);
    const stack = await startChaosStack(storage, suppliers.hosts);
    const chaos: Chaos = { stack, suppliers, storage, random, kills: 0 };
    await stack.inDatabase((database) =>
      database.insert(supplierRows).values({ code: 'acme', name: 'Acme', imageSettings: { maxConcurrency: limit } }),
    );

    await importTwice(stack, suppliers);
    const interrupted = await killInImport(chaos, killed.import);
    expect(interrupted, 'kills that an import did not survive').toBeGreaterThan(killed.import.length / 2);
    await stopPostgresDuringRecord(stack, storage);
    await waitForBacklog(stack.target, () => {});
    expect(suppliers.most(), 'requests at once to one host').toBeLessThanOrEqual(limit);
    await stack.inDatabase(async (database) => {
      const ended = await database.select().from(imports);
      expect(ended.map(({ status }) => status)).toEqual(ended.map(() => expect.stringMatching(/^completed/)));
      expect(ended).toHaveLength(2);
      await expectConservation(database);
      expect(await heldByEnded(database)).toEqual([]);
    });

    for (const state of killed.sweep) await killInSweep(chaos, state);
    if (isLong) await killDuringSweep(chaos);
    await sweepUntilDone(stack, storage);
    // Each message is delivered twice, maybe at once.
    expect(suppliers.most(), 'requests at once to one host').toBeLessThanOrEqual(2 * limit);
    await stack.inDatabase(async (database) => {
      const expectedProducts = size.images / imagesPerProduct;
      expect(await database.$count(products)).toBe(expectedProducts);
      expect(await database.$count(productImages)).toBe(size.images);
      const { s3, imagesBucket } = stack.target;
      expect(await storageBreaches({ database, s3, bucket: imagesBucket }, suppliers.images)).toEqual([]);
      await expectFates(database, suppliers);
    });
    if (killed.undo.length > 0) await killInUndo(chaos, killed.undo);
    expectFewFetches(chaos);
    say(
      `${storage.refused} answers of 503, ${storage.lost} answers lost, ${storage.messages.length} messages sent twice`,
    );
    for (const faults of [storage.refused, storage.lost, storage.messages.length]) expect(faults).toBeGreaterThan(0);
  },
  size.patience,
);

/** Drops the catalog under two names at once, and has the first drop's event delivered again, twice. */
async function importTwice({ target, directory }: ChaosStack, suppliers: FaultySuppliers): Promise<void> {
  const lines = Array.from({ length: size.images / imagesPerProduct }, (_, row) => {
    const shown = suppliers.images.slice(row * imagesPerProduct, (row + 1) * imagesPerProduct);
    return `C-${row},Product ${row},9.99,${shown.map(({ url }) => url).join('|')}`;
  });
  const files = ['spring.csv', 'copy of spring.csv'].map((name) => join(directory, name));
  for (const file of files) await writeFile(file, ['SKU,Title,Price,Images', ...lines, ''].join('\n'));
  const [executionArn] = await Promise.all(files.map((file) => dropSpreadsheet(target, file, 'acme')));

  const { input, name, stateMachineArn } = await target.stepFunctions.send(
    new DescribeExecutionCommand({ executionArn }),
  );
  const { upload } = productImportInputSchema.parse(JSON.parse(input ?? ''));
  const { key, size: bytes, etag, versionId: sequencer } = upload;
  const event = {
    'detail-type': 'Object Created',
    time: upload.uploadedAt,
    detail: { bucket: { name: upload.bucket }, object: { key, size: bytes, etag, sequencer } },
  };
  const again = await Promise.all([event, event].map((one) => invoke(target, 'StartImport', one)));
  // "started" is StartExecution's idempotent answer while the execution of that name runs.
  expect(again).toEqual([event, event].map(() => ({ result: expect.stringMatching(/^(started|exists)$/), name })));
  await target.stepFunctions.send(new StartExecutionCommand({ stateMachineArn, name, input })).catch((error: Error) => {
    if (error.name !== 'ExecutionAlreadyExists') throw error;
  });
  const { executions } = await target.stepFunctions.send(new ListExecutionsCommand({ stateMachineArn }));
  expect(executions).toHaveLength(2);
}

async function invoke({ lambda }: Target, FunctionName: string, event: unknown): Promise<unknown> {
  const { Payload, FunctionError } = await lambda.send(
    new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }),
  );
  const answer = Buffer.from(Payload ?? []).toString('utf8');
  if (FunctionError) throw new Error(`${FunctionName}: ${answer}`);
  return JSON.parse(answer);
}

/** Stops PostgreSQL while images are converted, until a batch could not be recorded and the time is over. */
async function stopPostgresDuringRecord(stack: ChaosStack, storage: FaultyStorage): Promise<void> {
  const stored = new Promise<boolean>((resolve) => storage.afterStored(random.integer(1, 10), () => resolve(true)));
  const over = waitForBacklog(stack.target, () => {}).then(() => false);
  // Not enough is left to be recorded where a kill came late.
  if (!(await Promise.race([stored, over]))) {
    say('PostgreSQL ran on: all was recorded');
    return;
  }
  const before = stack.command.output().stdout.length;
  const end = Date.now() + size.outageSeconds * 1000;
  const failures = () =>
    stack.command
      .output()
      .stdout.slice(before)
      .match(/^RecordImages .*DatabaseUnavailable/gm) ?? [];
  await stack.withoutPostgres(() =>
    expect.poll(() => Date.now() > end && failures().length > 0, { timeout: 60_000, interval: 200 }).toBe(true),
  );
  say(
    `PostgreSQL was gone for ${((Date.now() - end) / 1000 + size.outageSeconds).toFixed(1)} s: ${failures().length} records failed`,
  );
}

/** Two sweeps at once, their messages once more in another order, until no image waits or the bound is reached. */
async function sweepUntilDone(stack: ChaosStack, storage: FaultyStorage): Promise<void> {
  const { target } = stack;
  for (let sweep = 1; sweep <= size.sweeps; sweep += 1) {
    const sent = storage.messages.length;
    const swept = await Promise.all(
      Array.from({ length: isLong ? 2 : 1 }, async () =>
        followSweep(target, await startSweep(target, lookAhead), () => {}),
      ),
    );
    for (const MessageBody of shuffled(storage.messages.slice(sent))) {
      await target.sqs.send(new SendMessageCommand({ QueueUrl: target.imageQueueUrl, MessageBody }));
    }
    await waitForBacklog(target, () => {});
    const counts = await stack.inDatabase(expectConservation);
    say(`sweep ${sweep}: ${swept.map(({ queued }) => queued).join(' + ')} queued; ${JSON.stringify(counts)}`);
    if (counts.waiting === 0) return;
  }
}

function shuffled(messages: readonly string[]): string[] {
  return messages
    .map((message) => ({ message, place: random.integer(0, 1_000_000) }))
    .sort((a, b) => a.place - b.place)
    .map(({ message }) => message);
}

async function expectConservation(database: Database) {
  const counts = await conservation(database);
  expect(counts.lost).toBe(0);
  expect(counts.converted + counts.failed + counts.waiting).toBe(size.images);
  return counts;
}

/** What dies before it is recorded is fetched again, and what is delivered twice twice: nothing else is. */
function expectFewFetches({ suppliers, storage, kills }: Chaos): void {
  const delivered = storage.messages.map((message) => imageBatchSchema.parse(JSON.parse(message)).Items);
  const wasted = suppliers.images.flatMap(({ url }) => {
    const deliveries = delivered.filter((items) => items.some(({ sourceUrl }) => sourceUrl === url)).length;
    // Storage that refuses an image all tries long costs one more.
    const most = 2 + kills + 1 + 3 * deliveries;
    return suppliers.served(url) > most
      ? [`${url} was sent ${suppliers.served(url)} times, ${most} at most expected`]
      : [];
  });
  expect(wasted).toEqual([]);
}

/** Every image has become what its server shows. A 404 is asked for again for days: only the long run sees the end. */
async function expectFates(database: Database, suppliers: FaultySuppliers): Promise<void> {
  const rows = new Map((await database.select().from(images)).map((row) => [row.sourceUrl, row]));
  const wanted = {
    converted: ['converted', null],
    missing: ['failed', 'NOT_FOUND'],
    'no image': ['failed', 'UNSUPPORTED_FORMAT'],
  };
  const became = suppliers.images.map(({ url }) => ({
    url,
    became: [rows.get(url)?.status, rows.get(url)?.errorCode],
  }));
  expect(became).toEqual(suppliers.images.map(({ url, fate }) => ({ url, became: wanted[fate] })));
  if (!isLong) return;
  expect([...rows.values()].filter(({ nextAttemptAt }) => nextAttemptAt !== null)).toEqual([]);
}
